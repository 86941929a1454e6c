#include "app/topic_janitor.hpp"

#include <charconv>
#include <map>
#include <optional>
#include <utility>

#include "base/log.hpp"
#include "protocol/records.hpp"

namespace gochat::app {
namespace {

constexpr std::string_view marks = "gone/";

std::optional<WallTime> time_of(const std::string& text) {
  std::int64_t ms = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), ms);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return wall_time(ms);
}

}  // namespace

Task<> TopicJanitor::run_once() {
  if (!rooms_.leads.held()) co_return;
  const auto looked = co_await look();
  if (!looked) {
    log::warn("topics of gateways that are gone were not looked for",
              {{log::Field::reason, looked.error().detail}});
  }
}

Task<Result<TopicJanitor::Names>> TopicJanitor::living() {
  auto held = co_await rooms_.coordinator.living();
  if (!held) co_return held.error();
  const auto listed = co_await rooms_.directory.instances("gateway");
  if (!listed) co_return listed.error();
  const auto registered = co_await rooms_.registry.gateways();
  if (!registered) co_return registered.error();
  Names names{held->begin(), held->end()};
  for (const Instance& instance : *listed) names.insert(instance.name);
  for (const GatewayRecipients& one : *registered) names.insert(one.gateway);
  co_return names;
}

Task<Result<void>> TopicJanitor::look() {
  const std::string begins{protocol::downstream_topic_prefix};
  const auto topics = co_await rooms_.queue.topics(begins);
  if (!topics) co_return topics.error();
  auto marked = co_await rooms_.etcd.list(std::string{marks});
  if (!marked) co_return marked.error();
  const auto alive = co_await living();
  if (!alive) co_return alive.error();
  std::map<std::string, etcd::Entry> gone;
  for (const std::string& topic : *topics) {
    std::string gateway = topic.substr(begins.size());
    if (!alive->contains(gateway)) gone.emplace(std::move(gateway), etcd::Entry{});
  }
  for (etcd::Entry& mark : *marked) {
    const auto place = gone.find(mark.key.substr(marks.size()));
    if (place != gone.end()) {
      place->second = std::move(mark);
    } else if (const auto erased = co_await rooms_.etcd.erase(mark.key); !erased) {
      co_return erased;
    }
  }
  for (auto& [gateway, mark] : gone) {
    if (const auto judged = co_await judge(gateway, std::move(mark)); !judged) co_return judged;
  }
  co_return Result<void>{};
}

Task<Result<void>> TopicJanitor::judge(std::string gateway, etcd::Entry mark) {
  const WallTime now = rooms_.clock.now();
  std::string key = std::string{marks} + gateway;
  const auto since = mark.modified == 0 ? std::nullopt : time_of(mark.value);
  // A mark of the future was left by a clock that stepped.
  if (!since || *since > now) {
    // Of two that mark it the first one counts.
    const auto written = co_await rooms_.etcd.write_if(std::move(key), mark.modified,
                                                       std::to_string(ms(now)), etcd::no_lease);
    co_return written ? Result<void>{} : Result<void>{written.error()};
  }
  if (now - *since < gone_max_) co_return Result<void>{};
  co_return co_await remove(std::move(gateway), std::move(key));
}

// Asked once more just before: looking took its time, and this process may have stood still. What
// then still goes wrong a gateway heals, which makes its topic anew.
Task<Result<void>> TopicJanitor::remove(std::string gateway, std::string mark) {
  const auto alive = co_await living();
  if (!alive) co_return alive.error();
  if (alive->contains(gateway) || !rooms_.leads.held()) co_return Result<void>{};
  std::string topic = std::string{protocol::downstream_topic_prefix} + gateway;
  auto removed = co_await rooms_.queue.remove_topic(topic);
  if (!removed) co_return removed;
  removed_.add();
  log::info("the topic of a gateway that is gone was removed", {{log::Field::topic, topic}});
  co_return co_await rooms_.etcd.erase(std::move(mark));
}

}  // namespace gochat::app
