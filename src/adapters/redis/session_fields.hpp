// What the fields of a user_session hash say.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/redis/reply.hpp"
#include "domain/ids.hpp"

namespace gochat::redis {

struct HeldLease {
  std::int64_t ends = 0;
  std::uint64_t boot = 0;
  std::string gateway;
};

struct HeldLeases {
  std::vector<HeldLease> live;
  bool untidy = false;  // some have expired or cannot be read
};

// `hash` is the reply to HGETALL and `left_ms` the one to PTTL of the same key. Both together say
// what time it is on the server: the key ends with its last lease.
HeldLeases live_leases(const Reply& hash, std::int64_t left_ms);

// "<boot> <gateway>"
std::optional<HeldLease> read_gateway(std::string_view text);

}  // namespace gochat::redis
