#include "task/task_consumer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>

#include "async/gate.hpp"
#include "task/testing/ground.hpp"

namespace gochat::task::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

const LaneId lane{"im-task-topic", 3};

class ScriptedProcessor final : public TaskProcessor {
 public:
  std::string_view kind() const override { return "scripted"; }
  Task<Result<void>> process(TaskInput input) override {
    seen.push_back(input.record);
    if (errors.empty()) co_return Result<void>{};
    const Error error = errors.front();
    errors.pop_front();
    co_return error;
  }
  void fail(ErrorCode code, int times) {
    for (int n = 0; n < times; ++n) errors.push_back(failed(code, "scripted"));
  }

  std::deque<Error> errors;
  std::vector<std::string> seen;
};

class TaskConsumerTest : public ::testing::Test {
 protected:
  TaskConsumerTest() { consumer.add(lane.topic, processor); }

  static LaneBatch batch(std::uint64_t first, const std::vector<std::string>& values) {
    LaneBatch made{lane, {}};
    for (const auto& value : values) made.deliveries.push_back({"key", value, {}, first++, false});
    return made;
  }
  Result<void> take(std::uint64_t first, const std::vector<std::string>& values) {
    return ground.run(consumer.take(batch(first, values)));
  }
  std::vector<protocol::DeadLetter> dead_letters() const {
    std::vector<protocol::DeadLetter> all;
    for (const auto& record : ground.queue.others) {
      EXPECT_EQ(record.topic, "im-task-topic-dlq");
      auto letter = protocol::decode_dead_letter(record.value);
      EXPECT_TRUE(letter.ok());
      if (letter) all.push_back(*std::move(letter));
    }
    return all;
  }
  template <class Family>
  static std::uint64_t count(const Family& family) {
    std::uint64_t sum = 0;
    family.each([&](const auto&, const auto& cell) { sum += cell.value(); });
    return sum;
  }

  Ground ground;
  Options options;
  ScriptedProcessor processor;
  TaskConsumer consumer{ground.needs(), options};
};

TEST_F(TaskConsumerTest, does_the_tasks_of_a_lane_in_their_order) {
  ASSERT_TRUE(take(0, {"a", "b", "c"}));
  EXPECT_THAT(processor.seen, ElementsAre("a", "b", "c"));
  EXPECT_EQ(count(consumer.counts().done), 3U);
}

TEST_F(TaskConsumerTest, waits_at_the_head_of_the_lane_for_what_is_away) {
  processor.fail(ErrorCode::unavailable, 3);
  const auto began = ground.timers.now();
  ASSERT_TRUE(take(0, {"a", "b"}));
  EXPECT_THAT(processor.seen, ElementsAre("a", "a", "a", "a", "b"));
  EXPECT_EQ(ground.timers.now() - began, std::chrono::milliseconds{100 + 200 + 400});
  EXPECT_EQ(count(consumer.counts().retries), 3U);
  EXPECT_THAT(dead_letters(), IsEmpty());
}

TEST_F(TaskConsumerTest, takes_the_longest_pause_for_what_the_budget_of_its_kind_does_not_pay) {
  options.retries_saved_max = 3;
  processor.fail(ErrorCode::unavailable, 2);
  ASSERT_TRUE(take(0, {"a"}));
  processor.fail(ErrorCode::unavailable, 2);
  const auto began = ground.timers.now();
  ASSERT_TRUE(take(1, {"b"}));
  EXPECT_EQ(ground.timers.now() - began, std::chrono::milliseconds{100 + 10'000});
  ScriptedProcessor other;
  consumer.add(lane.topic, other);
  other.fail(ErrorCode::unavailable, 1);
  const auto then = ground.timers.now();
  ASSERT_TRUE(take(2, {"c"}));
  EXPECT_EQ(ground.timers.now() - then, std::chrono::milliseconds{100}) << "each kind has its own";
}

TEST_F(TaskConsumerTest, lays_what_no_try_will_mend_with_the_dead_letters_and_goes_on) {
  processor.fail(ErrorCode::invalid_params, 1);
  ASSERT_TRUE(take(41, {"a", "b"}));
  EXPECT_THAT(processor.seen, ElementsAre("a", "b"));
  const auto letters = dead_letters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].topic, lane.topic);
  EXPECT_EQ(letters[0].partition, lane.partition);
  EXPECT_EQ(letters[0].offset, 41U);
  EXPECT_EQ(letters[0].value, "a");
  EXPECT_EQ(letters[0].key, "key");
  EXPECT_EQ(letters[0].code, ErrorCode::invalid_params);
  EXPECT_EQ(letters[0].cause, "scripted");
  EXPECT_EQ(letters[0].tries, 1U);
  EXPECT_EQ(count(consumer.counts().dead_letters), 1U);
  EXPECT_EQ(count(consumer.counts().done), 1U);
}

TEST_F(TaskConsumerTest, gives_up_on_what_fails_by_itself_again_and_again) {
  processor.fail(ErrorCode::internal, 4);
  ASSERT_TRUE(take(0, {"a"}));
  EXPECT_THAT(dead_letters(), IsEmpty()) << "the fifth try succeeds";
  processor.fail(ErrorCode::internal, 5);
  ASSERT_TRUE(take(1, {"b"}));
  ASSERT_EQ(dead_letters().size(), 1U);
  EXPECT_EQ(dead_letters()[0].tries, 5U);
}

TEST_F(TaskConsumerTest, waits_as_long_as_it_is_asked_also_when_the_lane_was_handed_back) {
  Error busy = failed(ErrorCode::unavailable, "busy");
  busy.retry_after_ms = 25'000;
  processor.errors = {busy, busy};
  const auto began = ground.timers.now();
  EXPECT_EQ(take(0, {"a"}).code(), ErrorCode::unavailable) << "50 s are more than hold_max";
  EXPECT_EQ(ground.timers.now() - began, std::chrono::seconds{25});
  ASSERT_TRUE(take(0, {"a"}));
  EXPECT_EQ(ground.timers.now() - began, std::chrono::seconds{50});
}

TEST_F(TaskConsumerTest, waits_no_longer_than_a_batch_is_held_whatever_it_is_asked) {
  Error busy = failed(ErrorCode::unavailable, "busy");
  busy.retry_after_ms = 86'400'000;
  processor.errors = {busy};
  const auto began = ground.timers.now();
  ASSERT_TRUE(take(0, {"a"}));
  EXPECT_EQ(ground.timers.now() - began, options.hold_max);
}

TEST_F(TaskConsumerTest, keeps_a_task_until_its_dead_letter_is_laid) {
  processor.fail(ErrorCode::not_found, 1);
  ground.queue.fails_with = failed(ErrorCode::unavailable, "away");
  const auto back =
      ground.timers.after(std::chrono::seconds{1}, [this] { ground.queue.fails_with.reset(); });
  ASSERT_TRUE(take(0, {"a"}));
  EXPECT_EQ(dead_letters().size(), 1U);
}

TEST_F(TaskConsumerTest, hands_a_lane_back_that_stands_still_and_does_nothing_twice) {
  ASSERT_TRUE(ground.run(consumer.assigned(lane)));
  // The second one finds its backend away for longer than a batch is held.
  struct SecondFails final : TaskProcessor {
    std::string_view kind() const override { return "second"; }
    Task<Result<void>> process(TaskInput input) override {
      seen.push_back(input.record);
      if (away && input.record == "b") co_return failed(ErrorCode::unavailable, "away");
      co_return Result<void>{};
    }
    std::vector<std::string> seen;
    bool away = true;
  } second;
  consumer.add(lane.topic, second);
  EXPECT_EQ(take(0, {"a", "b", "c"}).code(), ErrorCode::unavailable);
  second.away = false;
  second.seen.clear();
  ASSERT_TRUE(take(0, {"a", "b", "c"}));
  EXPECT_THAT(second.seen, ElementsAre("b", "c"));
  ground.run(consumer.committed(lane));
  ASSERT_TRUE(take(0, {"a"})) << "an offset that was set back by hand is done again";
  EXPECT_THAT(second.seen, ElementsAre("b", "c", "a"));
}

TEST_F(TaskConsumerTest, counts_failures_on_when_a_lane_was_handed_back) {
  ASSERT_TRUE(ground.run(consumer.assigned(lane)));
  // Its own failures, and then a backend that is away for longer than a batch is held.
  processor.fail(ErrorCode::internal, 3);
  processor.fail(ErrorCode::unavailable, 1'000);
  EXPECT_EQ(take(7, {"a", "b"}).code(), ErrorCode::unavailable);
  EXPECT_THAT(dead_letters(), IsEmpty());
  processor.errors.clear();
  processor.fail(ErrorCode::internal, 2);
  ASSERT_TRUE(take(7, {"a", "b"}));
  ASSERT_EQ(dead_letters().size(), 1U) << "3 and 2 are 5";
  EXPECT_EQ(dead_letters()[0].value, "a");
  EXPECT_GT(dead_letters()[0].tries, 5U);
  EXPECT_EQ(processor.seen.back(), "b");
}

TEST_F(TaskConsumerTest, leaves_what_waits_in_its_lane_when_it_is_stopped) {
  processor.fail(ErrorCode::unavailable, 1'000);
  Gate gate{ground.loop.get_executor()};
  std::optional<Result<void>> ended;
  gate.spawn([](TaskConsumer* taker, std::optional<Result<void>>* answer) -> Task<> {
    answer->emplace(co_await taker->take(batch(0, {"a", "b"})));
  }(&consumer, &ended));
  ground.settle();
  ASSERT_THAT(processor.seen, ElementsAre("a"));
  EXPECT_FALSE(ended.has_value());
  consumer.stop();
  ground.settle();
  ASSERT_TRUE(ended.has_value());
  EXPECT_EQ(ended->code(), ErrorCode::unavailable) << "the offsets stay where they are";
  EXPECT_THAT(processor.seen, ElementsAre("a"));
  EXPECT_THAT(dead_letters(), IsEmpty());
  ground.run(gate.close());
}

}  // namespace
}  // namespace gochat::task::testing
