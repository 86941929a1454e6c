// What logic stands on, small and in memory, for its unit tests: time, ids, tokens, the queue, the
// registry. The stores are in fake_repo.hpp.
#pragma once

#include <charconv>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "ports/clock.hpp"
#include "ports/coordinator.hpp"
#include "ports/id_source.hpp"
#include "ports/message_queue.hpp"
#include "ports/random.hpp"
#include "ports/service_directory.hpp"
#include "ports/session_registry.hpp"
#include "ports/token_signer.hpp"
#include "protocol/records.hpp"

namespace gochat::logic::testing {

class FakeClock final : public Clock {
 public:
  WallTime now() const override { return at; }
  WallTime at = wall_time(1'800'000'000'000);
};

class FakeIds final : public IdSource {
 public:
  std::int64_t next() override { return ++last; }
  std::int64_t last = 1'000;
};

class FakeLeadership final : public Leadership {
 public:
  bool held() const override { return leads; }
  bool leads = true;
};

class FakeRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (auto& byte : bytes) byte = static_cast<std::uint8_t>(state_ = state_ * 5 + 7);
  }

 private:
  std::uint32_t state_ = 1;
};

// A token that can be read: "user sid gen guest exp".
class FakeSigner final : public TokenSigner {
 public:
  std::string sign(const TokenClaims& c) const override {
    return c.user.text() + ' ' + c.session.text() + ' ' + std::to_string(c.gen) + ' ' +
           std::to_string(c.is_guest) + ' ' + std::to_string(ms(c.expires_at));
  }
  Result<TokenClaims> verify(std::string_view token, WallTime now) const override {
    const auto numbers = read(token);
    if (numbers.size() != 5) return ErrorCode::unauthorized;
    TokenClaims claims;
    claims.user = UserId{numbers[0]};
    claims.session = SessionId{numbers[1]};
    claims.gen = static_cast<std::uint32_t>(numbers[2]);
    claims.is_guest = numbers[3] != 0;
    claims.expires_at = wall_time(numbers[4]);
    if (claims.expires_at <= now) return ErrorCode::token_expired;
    return claims;
  }
  std::string refresh_token(SessionId session, std::uint32_t gen) const override {
    return session.text() + ' ' + std::to_string(gen);
  }
  Result<Refresh> verify_refresh(std::string_view token) const override {
    const auto numbers = read(token);
    if (numbers.size() != 2) return ErrorCode::unauthorized;
    return Refresh{SessionId{numbers[0]}, static_cast<std::uint32_t>(numbers[1])};
  }

 private:
  static std::vector<std::int64_t> read(std::string_view text) {
    std::vector<std::int64_t> numbers;
    const char* at = text.data();
    const char* end = at + text.size();
    while (at != end) {
      std::int64_t number = 0;
      const auto [stop, error] = std::from_chars(at, end, number);
      if (error != std::errc{}) return {};
      numbers.push_back(number);
      at = stop == end ? stop : stop + 1;
    }
    return numbers;
  }
};

// Keeps what was published downstream, decoded.
class FakeQueue final : public MessageQueue {
 public:
  struct Published {
    std::string gateway;
    protocol::DownstreamRecord record;
  };

  Task<Result<Durability>> publish(QueueRecord record, Deadline) override {
    if (fails_with) co_return *fails_with;
    auto decoded = protocol::decode_downstream(record.value);
    GOCHAT_ASSERT(decoded.ok());
    published.push_back(
        {record.topic.substr(protocol::downstream_topic_prefix.size()), *std::move(decoded)});
    co_return Durability::in_memory;
  }
  Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo, LaneHandler&) override {
    co_return failed(ErrorCode::unavailable, "this queue carries nothing");
  }
  Task<Result<void>> ensure_topic(std::string, std::int32_t) override { co_return Result<void>{}; }
  Task<Result<void>> remove_topic(std::string) override { co_return Result<void>{}; }

  // The pushes of one kind, and what was published beside them.
  template <class Push>
  std::vector<const Published*> pushes() const {
    std::vector<const Published*> found;
    for (const auto& one : published) {
      if (std::holds_alternative<Push>(one.record.push)) found.push_back(&one);
    }
    return found;
  }
  std::vector<protocol::Receipt> receipts() const {
    std::vector<protocol::Receipt> all;
    for (const auto& one : published) {
      all.insert(all.end(), one.record.receipts.begin(), one.record.receipts.end());
    }
    return all;
  }

  std::vector<Published> published;
  std::optional<Error> fails_with;
};

class FakeRegistry final : public SessionRegistry {
 public:
  struct Place {
    std::string gateway;
    std::uint64_t boot = 0;
    auto operator<=>(const Place&) const = default;
  };

  Task<Result<void>> add(RegisteredConnection c) override {
    places.emplace(c.user, Place{c.gateway, c.boot});
    co_return Result<void>{};
  }
  Task<Result<void>> remove(UserId user, ConnectionId) override {
    places.erase(user);
    co_return Result<void>{};
  }
  Task<Result<std::vector<ConnectionId>>> refresh(std::vector<RegisteredConnection>) override {
    co_return std::vector<ConnectionId>{};
  }
  Task<Result<std::vector<GatewayRecipients>>> locate(std::vector<UserId> users) override {
    ++locates;
    if (away) co_return failed(ErrorCode::unavailable, "away");
    std::map<Place, std::vector<UserId>> found;
    for (const UserId user : users) {
      const auto [from, to] = places.equal_range(user);
      for (auto at = from; at != to; ++at) found[at->second].push_back(user);
    }
    std::vector<GatewayRecipients> all;
    for (auto& [place, there] : found) all.push_back({place.gateway, place.boot, there});
    co_return all;
  }
  Task<Result<std::vector<GatewayRecipients>>> gateways() override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    std::map<Place, bool> found;
    for (const auto& [user, place] : places) found[place] = true;
    std::vector<GatewayRecipients> all;
    for (const auto& [place, there] : found) all.push_back({place.gateway, place.boot, {}});
    co_return all;
  }
  Task<Result<std::vector<UserId>>> online(std::vector<UserId> users) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    std::erase_if(users, [this](UserId user) { return !places.contains(user); });
    co_return users;
  }

  std::multimap<UserId, Place> places;
  bool away = false;
  int locates = 0;
};

class FakeDirectory final : public ServiceDirectory {
 public:
  Task<Result<void>> announce(Instance instance) override {
    all.push_back(std::move(instance));
    co_return Result<void>{};
  }
  Task<Result<void>> withdraw(Instance) override { co_return Result<void>{}; }
  Task<Result<std::vector<Instance>>> instances(std::string) override { co_return all; }

  std::vector<Instance> all;
};

}  // namespace gochat::logic::testing
