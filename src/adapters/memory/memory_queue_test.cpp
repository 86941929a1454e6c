#include "adapters/memory/memory_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "async/drive.hpp"

namespace gochat::memory {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;

class Recorder final : public LaneHandler {
 public:
  explicit Recorder(Timers& timers) : timers_{timers} {}

  Task<Result<void>> take(LaneBatch batch) override {
    if (works_for > 0ns) co_await timers_.sleep(works_for);
    if (failures > 0) {
      --failures;
      tried_at.push_back(timers_.now());
      co_return ErrorCode::unavailable;
    }
    for (const QueueDelivery& delivery : batch.deliveries) values.push_back(delivery.value);
    co_return Result<void>{};
  }
  Task<> committed(LaneId) override { co_return; }
  Task<Result<void>> assigned(LaneId) override { co_return Result<void>{}; }
  void revoked(LaneId) override {}

  Duration works_for{};
  int failures = 0;
  std::vector<std::string> values;
  std::vector<MonoTime> tried_at;

 private:
  Timers& timers_;
};

class MemoryQueueTest : public ::testing::Test {
 protected:
  MemoryQueue make(MemoryQueueLimits limits) {
    return MemoryQueue{loop_.get_executor(), timers_, std::move(limits)};
  }
  template <class T>
  T run(Task<T> task) {
    return drive(loop_, timers_, std::move(task));
  }
  void pass(Duration duration) { run(timers_.sleep(duration)); }
  ErrorCode publish(MemoryQueue& queue, std::string value, std::string topic = "t") {
    return run(queue.publish({std::move(topic), "key", std::move(value), ""}, {})).code();
  }

  boost::asio::io_context loop_;
  ManualTimers timers_;
};

TEST_F(MemoryQueueTest, refuses_above_its_bytes_and_takes_again_when_they_are_handled) {
  auto queue = make({.topic_bytes_max = 1'000});
  ASSERT_TRUE(run(queue.ensure_topic("t", 1)));
  EXPECT_EQ(publish(queue, std::string(700, 'x')), ErrorCode::ok);
  EXPECT_EQ(publish(queue, std::string(700, 'x')), ErrorCode::overloaded);
  Recorder reader{timers_};
  const auto subscription = std::move(*run(queue.subscribe({"t", "readers"}, reader)));
  pass(1ms);
  EXPECT_EQ(publish(queue, std::string(700, 'x')), ErrorCode::ok);
  run(subscription->stop());
}

TEST_F(MemoryQueueTest, refuses_above_its_records) {
  auto queue = make({.topic_records_max = 2});
  ASSERT_TRUE(run(queue.ensure_topic("t", 1)));
  EXPECT_EQ(publish(queue, "1"), ErrorCode::ok);
  EXPECT_EQ(publish(queue, "2"), ErrorCode::ok);
  EXPECT_EQ(publish(queue, "3"), ErrorCode::overloaded);
}

TEST_F(MemoryQueueTest, refuses_while_the_oldest_record_waits_too_long_for_its_reader) {
  auto queue = make({.wait_max = 250ms});
  ASSERT_TRUE(run(queue.ensure_topic("t", 1)));
  Recorder reader{timers_};
  reader.works_for = 1s;
  const auto subscription = std::move(*run(queue.subscribe({"t", "readers"}, reader)));
  EXPECT_EQ(publish(queue, "taken at once"), ErrorCode::ok);
  pass(1ms);
  EXPECT_EQ(publish(queue, "waits"), ErrorCode::ok);
  pass(250ms);
  EXPECT_EQ(publish(queue, "waits too"), ErrorCode::ok);
  pass(1ms);
  EXPECT_EQ(publish(queue, "refused"), ErrorCode::overloaded);
  pass(2s);
  EXPECT_EQ(publish(queue, "taken again"), ErrorCode::ok);
  pass(2s);
  EXPECT_THAT(reader.values, ElementsAre("taken at once", "waits", "waits too", "taken again"));
  run(subscription->stop());
}

TEST_F(MemoryQueueTest, lets_the_records_of_patient_topics_wait) {
  auto queue = make({.wait_max = 250ms, .wait_max_of = {{"tasks", 1h}}});
  ASSERT_TRUE(run(queue.ensure_topic("tasks", 1)));
  EXPECT_EQ(publish(queue, "1", "tasks"), ErrorCode::ok);
  pass(10min);
  EXPECT_EQ(publish(queue, "2", "tasks"), ErrorCode::ok);
}

TEST_F(MemoryQueueTest, keeps_what_was_published_before_the_first_subscription) {
  auto queue = make({});
  ASSERT_TRUE(run(queue.ensure_topic("t", 1)));
  EXPECT_EQ(publish(queue, "early"), ErrorCode::ok);
  Recorder reader{timers_};
  const auto subscription = std::move(*run(queue.subscribe({"t", "readers"}, reader)));
  pass(1ms);
  EXPECT_THAT(reader.values, ElementsAre("early"));
  run(subscription->stop());
}

TEST_F(MemoryQueueTest, keeps_nothing_for_observers_that_left) {
  auto queue = make({.topic_records_max = 1});
  ASSERT_TRUE(run(queue.ensure_topic("t", 1)));
  Recorder reader{timers_};
  run(std::move(*run(queue.subscribe({"t", ""}, reader)))->stop());
  EXPECT_EQ(publish(queue, "1"), ErrorCode::ok);
  EXPECT_EQ(publish(queue, "2"), ErrorCode::ok);
}

TEST_F(MemoryQueueTest, waits_longer_after_every_failure_and_starts_anew_after_a_success) {
  auto queue = make({.wait_max = 1h, .retry_first = 50ms, .retry_max = 150ms});
  ASSERT_TRUE(run(queue.ensure_topic("t", 1)));
  Recorder reader{timers_};
  reader.failures = 4;
  const auto subscription = std::move(*run(queue.subscribe({"t", "readers"}, reader)));
  EXPECT_EQ(publish(queue, "1"), ErrorCode::ok);
  pass(1s);
  reader.failures = 2;
  EXPECT_EQ(publish(queue, "2"), ErrorCode::ok);
  pass(1s);
  std::vector<Duration> waits;
  for (std::size_t n = 1; n < reader.tried_at.size(); ++n) {
    waits.push_back(reader.tried_at[n] - reader.tried_at[n - 1]);
  }
  ASSERT_EQ(waits.size(), 5U);
  EXPECT_THAT(std::vector(waits.begin(), waits.begin() + 3), ElementsAre(50ms, 100ms, 150ms));
  EXPECT_EQ(waits[4], 50ms);
  run(subscription->stop());
}

TEST_F(MemoryQueueTest, may_go_while_a_reader_waits) {
  Recorder reader{timers_};
  std::unique_ptr<Subscription> subscription;
  {
    auto queue = make({});
    ASSERT_TRUE(run(queue.ensure_topic("t", 4)));
    subscription = std::move(*run(queue.subscribe({"t", "readers"}, reader)));
    pass(1ms);
  }
  EXPECT_TRUE(reader.values.empty());
}

}  // namespace
}  // namespace gochat::memory
