// Which server of a Cluster holds which slots.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/redis/options.hpp"
#include "adapters/redis/reply.hpp"
#include "adapters/redis/slot.hpp"

namespace gochat::redis {

struct SlotRange {
  std::uint16_t first = 0;
  std::uint16_t last = 0;
  Address master;
};

// Of CLUSTER SLOTS as `asked` answered it; ranges of another shape are left out. A server that does
// not know its own name is the one that was asked.
std::vector<SlotRange> read_ranges(const Reply& reply, const Address& asked);

// The answer to a command on a slot that is held elsewhere: "MOVED 3999 127.0.0.1:6381".
struct Redirect {
  bool for_good = false;  // MOVED, not ASK
  std::uint16_t slot = 0;
  Address to;
};
std::optional<Redirect> read_redirect(const Reply& reply, const Address& asked);

}  // namespace gochat::redis
