// A queue, a registry and a directory, small and in memory, for the tests of whoever tells people
// something.
#pragma once

#include <algorithm>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "ports/message_queue.hpp"
#include "ports/service_directory.hpp"
#include "ports/session_registry.hpp"
#include "protocol/records.hpp"

namespace gochat::dispatch::testing {

// Keeps what was published: downstream records decoded, others as they are.
class FakeQueue final : public MessageQueue {
 public:
  struct Published {
    std::string gateway;
    protocol::DownstreamRecord record;
  };

  Task<Result<Durability>> publish(QueueRecord record, Deadline) override {
    if (pause) co_await pause();
    if (fails_with) co_return *fails_with;
    if (record.topic == full_topic) co_return failed(ErrorCode::overloaded, "full");
    if (record.key.size() + record.value.size() > record_bytes_max) {
      co_return failed(ErrorCode::too_large, "too large");
    }
    if (!record.topic.starts_with(protocol::downstream_topic_prefix)) {
      others.push_back(std::move(record));
      co_return Durability::in_memory;
    }
    if (gone.contains(record.topic)) co_return failed(ErrorCode::not_found, "no such topic");
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
  std::vector<QueueRecord> others;
  std::function<Task<>()> pause;  // before each record is taken
  std::optional<Error> fails_with;
  std::string full_topic;
  std::set<std::string> gone;
  std::size_t record_bytes_max = protocol::record_bytes_max;
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
    questions.push_back(users.size());
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
  std::vector<std::size_t> questions;  // how many users each locate asked for
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

}  // namespace gochat::dispatch::testing
