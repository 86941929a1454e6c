#include "adapters/memory/topic.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace gochat::memory {

Topic::Topic(std::string name, std::size_t lanes, Timers& timers, const MemoryQueueLimits& limits)
    : name_{std::move(name)},
      timers_{timers},
      limits_{limits},
      wait_max_{limits.wait_max},
      lanes_(lanes) {
  const auto own = limits.wait_max_of.find(name_);
  if (own != limits.wait_max_of.end()) wait_max_ = own->second;
}

Result<void> Topic::append(QueueRecord record) {
  // Only observers were ever here and all have gone: nobody will ask for this record.
  if (ever_subscribed_ && groups_.empty()) return {};
  const std::size_t lane = std::hash<std::string>{}(record.key) % lanes_.size();
  LaneRecord kept{std::move(record.key), std::move(record.value), std::move(record.trace),
                  timers_.now()};
  const std::size_t bytes = kept.bytes();
  if (auto room = check_room(lane, bytes, kept.at); !room) return room;
  lanes_[lane].append(std::move(kept));
  bytes_ += bytes;
  ++records_;
  for (ConsumerGroup& group : groups_) group.published(lane);
  return {};
}

Result<void> Topic::check_room(std::size_t lane, std::size_t bytes, MonoTime now) const {
  if (bytes_ + bytes > limits_.topic_bytes_max || records_ >= limits_.topic_records_max) {
    return failed(ErrorCode::overloaded, "the topic " + name_ + " is full");
  }
  const std::uint64_t untaken = first_untaken(lane);
  if (untaken < lanes_[lane].end() && now - lanes_[lane].at(untaken).at > wait_max_) {
    return failed(ErrorCode::overloaded, "records of " + name_ + " wait too long for their reader");
  }
  return {};
}

std::uint64_t Topic::first_untaken(std::size_t lane) const {
  std::uint64_t first = groups_.empty() ? lanes_[lane].begin() : lanes_[lane].end();
  for (const ConsumerGroup& group : groups_) first = std::min(first, group.taken(lane));
  return first;
}

ConsumerGroup& Topic::group(const std::string& name) {
  const auto found = std::ranges::find(groups_, name, &ConsumerGroup::name);
  if (!name.empty() && found != groups_.end()) return *found;
  const bool from_now = name.empty() || ever_subscribed_;
  ever_subscribed_ = true;
  groups_.emplace_back(*this, name, from_now);
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) trim(lane);
  return groups_.back();
}

void Topic::sweep() {
  groups_.remove_if([](const ConsumerGroup& group) { return group.abandoned(); });
  for (std::size_t lane = 0; lane < lanes_.size(); ++lane) trim(lane);
}

void Topic::trim(std::size_t lane) {
  std::uint64_t below = lanes_[lane].end();
  for (const ConsumerGroup& group : groups_) below = std::min(below, group.done(lane));
  const auto dropped = lanes_[lane].drop_below(below);
  records_ -= dropped.records;
  bytes_ -= dropped.bytes;
}

void Topic::close() {
  removed_ = true;
  for (ConsumerGroup& group : groups_) group.close();
}

void Topic::abandon() {
  removed_ = true;
  for (ConsumerGroup& group : groups_) group.abandon();
}

}  // namespace gochat::memory
