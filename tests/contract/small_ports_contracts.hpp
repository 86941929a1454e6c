// The suites of the ports that hold hints, limits, secrets and agreements.
#pragma once

#include "contract/subject.hpp"
#include "ports/cache.hpp"
#include "ports/coordinator.hpp"
#include "ports/failed_tries.hpp"
#include "ports/inbox_store.hpp"
#include "ports/online_count.hpp"
#include "ports/password_hasher.hpp"
#include "ports/rate_limiter.hpp"
#include "ports/service_directory.hpp"
#include "ports/session_registry.hpp"
#include "ports/ticket_store.hpp"
#include "ports/token_signer.hpp"

namespace gochat::contract {

// What a test lets pass so that something is over, or not over yet.
inline constexpr Duration brief = std::chrono::milliseconds{200};
inline constexpr Duration lasting = std::chrono::minutes{10};

class CacheContract : public PortContract<Cache> {
 protected:
  // The bytes that are there, "-" for none.
  std::string value(const std::string& key);
  bool fill(const std::string& key, const std::string& bytes, std::uint64_t version,
            Duration ttl = lasting);
  void invalidate(const std::string& key, std::uint64_t version, Duration floor_ttl = lasting);
};

// A subject keeps connections for `brief` unless they are refreshed.
class SessionRegistryContract : public PortContract<SessionRegistry> {
 protected:
  RegisteredConnection connection(std::int64_t user, std::int64_t number,
                                  const std::string& gateway = "g1", std::uint64_t boot = 1);
  void add(const RegisteredConnection& connection) { get(port().add(connection)); }
  void remove(std::int64_t user, std::int64_t number) {
    get(port().remove(UserId{user}, ConnectionId{number}));
  }
  // "gateway/boot: users" of each, sorted.
  std::vector<std::string> locate(const std::vector<std::int64_t>& users);
  std::vector<std::int64_t> online(const std::vector<std::int64_t>& users);
};

class CoordinatorContract : public PortContract<Coordinator> {};

class ServiceDirectoryContract : public PortContract<ServiceDirectory> {
 protected:
  // "name/boot@address" of each, sorted.
  std::vector<std::string> instances(const std::string& role);
};

class FailedTriesContract : public PortContract<FailedTries> {
 protected:
  static constexpr TryPolicy policy{
      .free = 3, .delay_max = std::chrono::seconds{60}, .forgiven_after = lasting};

  ErrorCode admit(const std::string& key, TryPolicy by = policy) {
    return code(port().admit(own(key), by));
  }
  void use_up(const std::string& key);
};

// A subject keeps a report for a little less than `silent`.
class OnlineCountContract : public PortContract<OnlineCount> {
 public:
  static constexpr Duration silent = std::chrono::seconds{1};
};

class TicketStoreContract : public PortContract<TicketStore> {};

class InboxStoreContract : public PortContract<InboxStore> {
 protected:
  static constexpr WallTime began = wall_time(1'800'000'000'000);

  // Stored `seq` seconds after the beginning.
  static InboxEntry entry(const std::string& conversation, std::uint64_t seq);
  void add(std::vector<UserId> users, InboxEntry entry);
  std::optional<std::vector<InboxEntry>> read(UserId user, WallTime not_before = began);
};

class RateLimiterContract : public PortContract<RateLimiter> {
 protected:
  // How many of so many are let through.
  int take(const std::string& key, BucketRate rate, int count);
  static int take_at_once(RateLimiter& limiter, const std::string& key, BucketRate rate, int count);
};

// `another` signs with other keys.
class TokenSignerContract : public PortContract<TokenSigner> {
 protected:
  static TokenClaims claims();
  ErrorCode verify(std::string_view token, WallTime at) { return port().verify(token, at).code(); }
};

class PasswordHasherContract : public PortContract<PasswordHasher> {
 protected:
  std::string hash(const std::string& password) { return get(port().hash(password)); }
  bool verify(const std::string& password, const std::string& stored) {
    return get(port().verify(password, stored));
  }
};

}  // namespace gochat::contract
