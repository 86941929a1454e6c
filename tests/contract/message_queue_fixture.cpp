#include <algorithm>

#include "contract/message_queue_contract.hpp"

namespace gochat::contract {
namespace {

constexpr Duration look_again = std::chrono::milliseconds{1};

}  // namespace

bool RecordingHandler::is_held(const LaneBatch& batch) const {
  return std::ranges::any_of(batch.deliveries, [this](const QueueDelivery& delivery) {
    return held_values.contains(delivery.value);
  });
}

bool RecordingHandler::is_refused(const LaneBatch& batch) {
  return std::ranges::any_of(batch.deliveries, [this](const QueueDelivery& delivery) {
    return refused_values.erase(delivery.value) != 0;
  });
}

Task<Result<void>> RecordingHandler::take(LaneBatch batch) {
  const auto same_lane = [&](const LaneBatch& other) { return other.lane == batch.lane; };
  if (std::ranges::any_of(running, same_lane)) overlapped = true;
  if (!lanes.contains(batch.lane.partition)) overlapped = true;
  largest = std::max(largest, batch.deliveries.size());
  running.push_back(batch);
  while (is_held(batch)) co_await timers_.sleep(look_again);
  std::erase_if(running, same_lane);
  if (is_refused(batch)) {
    failed.push_back(std::move(batch));
    co_return gochat::failed(refusal, "as the test wishes");
  }
  taken.push_back(std::move(batch));
  co_return Result<void>{};
}

Task<> RecordingHandler::committed(LaneId) {
  committed_after.push_back(taken.size());
  co_return;
}

Task<Result<void>> RecordingHandler::assigned(LaneId lane) {
  ++assignments;
  if (refused_assignments > 0) {
    --refused_assignments;
    co_return gochat::failed(ErrorCode::unavailable, "as the test wishes");
  }
  lanes.insert(lane.partition);
  co_return Result<void>{};
}

void RecordingHandler::revoked(LaneId lane) { lanes.erase(lane.partition); }

std::vector<std::string> RecordingHandler::values() const {
  std::vector<std::string> all;
  for (const LaneBatch& batch : taken) {
    for (const QueueDelivery& delivery : batch.deliveries) all.push_back(delivery.value);
  }
  return all;
}

std::vector<std::string> RecordingHandler::values_of(const std::string& key) const {
  std::vector<std::string> all;
  for (const LaneBatch& batch : taken) {
    for (const QueueDelivery& delivery : batch.deliveries) {
      if (delivery.key == key) all.push_back(delivery.value);
    }
  }
  return all;
}

std::vector<std::string> MessageQueueContract::numbers(int from, int to) {
  std::vector<std::string> texts;
  for (int n = from; n < to; ++n) texts.push_back(std::to_string(n));
  return texts;
}

ErrorCode MessageQueueContract::publish(const std::string& key, const std::string& value) {
  return code(port().publish({topic_, key, value, "trace-" + value}, loop().soon()));
}

std::unique_ptr<Subscription> MessageQueueContract::subscribe(RecordingHandler& reader,
                                                              const std::string& group,
                                                              std::size_t batch_records_max) {
  const std::string own_group = group.empty() ? group : own(group);
  auto subscription = get(port().subscribe({topic_, own_group, batch_records_max}, reader));
  wait_for([&] { return !reader.lanes.empty(); });
  return subscription;
}

std::vector<std::string> MessageQueueContract::keys_of_different_lanes(RecordingHandler& reader,
                                                                       std::size_t count) {
  std::map<std::int32_t, std::string> found;
  for (int n = 0; found.size() < count; ++n) {
    const std::string key = "key-" + std::to_string(n);
    EXPECT_EQ(publish(key, "probe"), ErrorCode::ok);
    wait_for([&] { return !reader.values_of(key).empty(); });
    found.emplace(reader.taken.back().lane.partition, key);
  }
  std::vector<std::string> keys;
  for (const auto& [lane, key] : found) keys.push_back(key);
  reader.taken.clear();
  return keys;
}

}  // namespace gochat::contract
