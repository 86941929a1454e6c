#include "scenario/lasting_queue.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "protocol/records.hpp"

namespace gochat::scenario {

namespace {

class Held final : public Subscription {
 public:
  Task<> stop() override { co_return; }
};

// What tells people something, or asks task to.
bool is_push(const std::string& topic) {
  return topic.starts_with(protocol::downstream_topic_prefix) ||
         topic == protocol::large_group_topic;
}

}  // namespace

Task<Result<void>> LastingQueue::ensure_topic(std::string topic, std::int32_t lanes) {
  auto& there = disk_.topics[topic];
  if (there.empty()) there.resize(static_cast<std::size_t>(lanes));
  co_return Result<void>{};
}

Task<Result<void>> LastingQueue::remove_topic(std::string topic) {
  disk_.topics.erase(topic);
  co_return Result<void>{};
}

Task<Result<Durability>> LastingQueue::publish(QueueRecord record, Deadline) {
  const auto topic = disk_.topics.find(record.topic);
  if (topic == disk_.topics.end()) co_return failed(ErrorCode::not_found, "no such topic");
  const bool push = is_push(record.topic);
  if (push && full_) co_return failed(ErrorCode::overloaded, "full");
  if (push) co_await fate_.pass(Step::before_publish);
  const auto lane = std::hash<std::string>{}(record.key) % topic->second.size();
  const auto name = record.topic;
  topic->second[lane].records.push_back(std::move(record));
  wake(name, lane);
  if (push) co_await fate_.pass(Step::after_publish);
  co_return Durability::on_disk;
}

Task<Result<std::unique_ptr<Subscription>>> LastingQueue::subscribe(SubscribeTo to,
                                                                    LaneHandler& handler) {
  const auto topic = disk_.topics.find(to.topic);
  if (topic == disk_.topics.end()) co_return failed(ErrorCode::not_found, "no such topic");
  for (std::size_t lane = 0; lane < topic->second.size(); ++lane) {
    gate_.spawn(read_lane(to, lane, handler));
  }
  co_return std::make_unique<Held>();
}

Task<> LastingQueue::read_lane(SubscribeTo to, std::size_t number, LaneHandler& handler) {
  const LaneId id{to.topic, static_cast<std::int32_t>(number)};
  for (;;) {
    const auto assigned = co_await handler.assigned(id);
    if (assigned) break;
    co_await timers_.sleep(retry_after);
  }
  auto& lane = disk_.topics[to.topic][number];
  const std::uint64_t end_at_start = lane.records.size();
  std::uint64_t at = to.group.empty() ? end_at_start : lane.committed[to.group];
  std::uint64_t given = at;
  while (!stopped_) {
    if (at == lane.records.size()) {
      co_await wait_for(to.topic, number);
      continue;
    }
    LaneBatch batch{id, {}};
    const std::uint64_t end =
        std::min<std::uint64_t>(lane.records.size(), at + to.batch_records_max);
    for (std::uint64_t offset = at; offset < end; ++offset) {
      const QueueRecord& record = lane.records[offset];
      const bool maybe_again = offset < end_at_start || offset < given;
      batch.deliveries.push_back({record.key, record.value, record.trace, offset, maybe_again});
    }
    given = std::max(given, end);
    const auto taken = co_await handler.take(std::move(batch));
    if (!taken) {
      co_await timers_.sleep(retry_after);
      continue;
    }
    if (!to.group.empty()) {
      co_await fate_.pass(Step::before_commit);
      lane.committed[to.group] = end;
    }
    at = end;
    co_await handler.committed(id);
  }
}

Task<> LastingQueue::wait_for(std::string topic, std::size_t lane) {
  co_await await_callback<bool>([this, &topic, lane](auto done) {
    waiters_.push_back({std::move(topic), lane, std::move(done)});
  });
}

void LastingQueue::wake(const std::string& topic, std::size_t lane) {
  for (auto waiter = waiters_.begin(); waiter != waiters_.end();) {
    if (waiter->lane != lane || waiter->topic != topic) {
      ++waiter;
      continue;
    }
    auto call = std::move(waiter->wake);
    waiter = waiters_.erase(waiter);
    call(true);
  }
}

Task<> LastingQueue::stop() {
  stopped_ = true;
  auto waiting = std::exchange(waiters_, {});
  for (auto& waiter : waiting) waiter.wake(true);
  co_await gate_.close();
}

}  // namespace gochat::scenario
