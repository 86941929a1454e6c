#include "contract/message_queue_contract.hpp"

#include <gmock/gmock.h>

#include <algorithm>
#include <functional>

namespace gochat::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::SizeIs;

TEST_P(MessageQueueContract, keeps_the_order_of_one_key) {
  make_topic(4);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  for (const std::string& text : numbers(0, 100)) EXPECT_EQ(publish("room", text), ErrorCode::ok);
  wait_for([&] { return reader.values().size() == 100; });
  EXPECT_EQ(reader.values(), numbers(0, 100));
  stop(subscription);
}

TEST_P(MessageQueueContract, keeps_the_order_of_each_of_many_keys) {
  make_topic(4);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers", 7);
  for (const std::string& text : numbers(0, 40)) {
    for (int key = 0; key < 10; ++key) {
      EXPECT_EQ(publish("room-" + std::to_string(key), text), ErrorCode::ok);
    }
  }
  wait_for([&] { return reader.values().size() == 400; });
  for (int key = 0; key < 10; ++key) {
    EXPECT_EQ(reader.values_of("room-" + std::to_string(key)), numbers(0, 40));
  }
  EXPECT_FALSE(reader.overlapped);
  stop(subscription);
}

TEST_P(MessageQueueContract, keeps_a_key_in_its_lane_at_rising_offsets) {
  make_topic(4);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers", 3);
  for (const std::string& text : numbers(0, 20)) EXPECT_EQ(publish("room", text), ErrorCode::ok);
  wait_for([&] { return reader.values().size() == 20; });
  std::set<std::int32_t> lanes;
  std::vector<std::uint64_t> offsets;
  for (const LaneBatch& batch : reader.taken) {
    EXPECT_EQ(batch.lane.topic, topic_);
    lanes.insert(batch.lane.partition);
    for (const QueueDelivery& delivery : batch.deliveries) offsets.push_back(delivery.offset);
  }
  EXPECT_THAT(lanes, SizeIs(1));
  EXPECT_TRUE(std::ranges::is_sorted(offsets, std::less_equal{}));
  stop(subscription);
}

TEST_P(MessageQueueContract, carries_key_value_and_trace_of_any_bytes) {
  make_topic(1);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  const std::string odd("\0\xff\n\"'", 5);
  EXPECT_EQ(publish(odd, std::string(50'000, '\xfe') + odd), ErrorCode::ok);
  wait_for([&] { return !reader.taken.empty(); });
  const QueueDelivery& delivery = reader.taken[0].deliveries[0];
  EXPECT_EQ(delivery.key, odd);
  EXPECT_EQ(delivery.value, std::string(50'000, '\xfe') + odd);
  EXPECT_EQ(delivery.trace, "trace-" + delivery.value);
  stop(subscription);
}

TEST_P(MessageQueueContract, gives_batches_of_at_most_the_size_asked_for) {
  make_topic(1);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers", 5);
  reader.held_values = {"0"};
  for (const std::string& text : numbers(0, 23)) EXPECT_EQ(publish("room", text), ErrorCode::ok);
  reader.held_values.clear();
  wait_for([&] { return reader.values().size() == 23; });
  EXPECT_EQ(reader.values(), numbers(0, 23));
  EXPECT_EQ(reader.largest, 5U);
  stop(subscription);
}

TEST_P(MessageQueueContract, gives_the_next_batch_of_a_lane_after_the_running_one) {
  make_topic(1);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  reader.held_values = {"first"};
  publish("room", "first");
  wait_for([&] { return reader.running.size() == 1; });
  publish("room", "second");
  loop().pass(std::chrono::milliseconds{20});
  EXPECT_THAT(reader.running, SizeIs(1));
  reader.held_values.clear();
  wait_for([&] { return reader.values().size() == 2; });
  EXPECT_FALSE(reader.overlapped);
  stop(subscription);
}

TEST_P(MessageQueueContract, works_on_lanes_side_by_side) {
  make_topic(4);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  const auto keys = keys_of_different_lanes(reader, 2);
  reader.held_values = {"slow"};
  publish(keys[0], "slow");
  publish(keys[1], "fast");
  wait_for([&] { return !reader.values_of(keys[1]).empty(); });
  EXPECT_THAT(reader.values(), ElementsAre("fast"));
  reader.held_values.clear();
  wait_for([&] { return reader.values().size() == 2; });
  stop(subscription);
}

TEST_P(MessageQueueContract, gives_a_batch_again_after_an_error_and_says_so) {
  make_topic(1);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  reader.refused_values = {"1"};
  for (const std::string& text : numbers(0, 5)) publish("room", text);
  wait_for([&] { return reader.values().size() == 5; });
  EXPECT_EQ(reader.values(), numbers(0, 5));
  ASSERT_THAT(reader.failed, SizeIs(1));
  const LaneBatch& refused = reader.failed.front();
  for (const LaneBatch& batch : reader.taken) {
    for (const QueueDelivery& delivery : batch.deliveries) {
      const bool again = delivery.offset >= refused.deliveries.front().offset &&
                         delivery.offset <= refused.deliveries.back().offset;
      EXPECT_TRUE(delivery.maybe_again || !again) << delivery.value;
    }
  }
  stop(subscription);
}

TEST_P(MessageQueueContract, tells_of_each_commit_before_the_next_batch_and_of_no_failed_one) {
  make_topic(1);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers", 1);
  reader.refused_values = {"1"};
  for (const std::string& text : numbers(0, 3)) publish("room", text);
  wait_for([&] { return reader.committed_after.size() == 3; });
  EXPECT_THAT(reader.failed, SizeIs(1));
  EXPECT_THAT(reader.committed_after, ElementsAre(1U, 2U, 3U));
  stop(subscription);
}

TEST_P(MessageQueueContract, holds_up_only_the_lane_whose_batch_failed) {
  make_topic(4);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  const auto keys = keys_of_different_lanes(reader, 2);
  reader.refused_values = {"bad"};
  publish(keys[0], "bad");
  wait_for([&] { return reader.failed.size() == 1; });
  publish(keys[0], "behind");
  publish(keys[1], "aside");
  wait_for([&] { return reader.values().size() == 3; });
  EXPECT_THAT(reader.values_of(keys[0]), ElementsAre("bad", "behind"));
  EXPECT_EQ(reader.values().front(), "aside");
  stop(subscription);
}

TEST_P(MessageQueueContract, asks_for_the_assignment_again_until_it_is_taken) {
  make_topic(1);
  RecordingHandler reader{loop().timers()};
  reader.refused_assignments = 2;
  auto subscription = get(port().subscribe({topic_, own("readers")}, reader));
  publish("room", "x");
  wait_for([&] { return reader.values().size() == 1; });
  EXPECT_EQ(reader.assignments, 3);
  EXPECT_FALSE(reader.overlapped);
  stop(subscription);
}

TEST_P(MessageQueueContract, assigns_a_lane_anew_whose_batch_was_fenced_before_it_gives_it_again) {
  make_topic(1);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  const int before = reader.assignments;
  reader.refusal = ErrorCode::fenced;
  reader.refused_values = {"x"};
  publish("room", "x");
  publish("room", "y");
  wait_for([&] { return reader.values().size() == 2; });
  EXPECT_THAT(reader.values(), ElementsAre("x", "y"));
  EXPECT_EQ(reader.assignments, before + 1);
  stop(subscription);
}

TEST_P(MessageQueueContract, leaves_a_topic_that_exists_as_it_is) {
  make_topic(3);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  make_topic(7);
  publish("room", "x");
  wait_for([&] { return reader.values().size() == 1 && reader.lanes.size() == 3; });
  stop(subscription);
}

TEST_P(MessageQueueContract, queues_nothing_for_a_topic_that_does_not_exist) {
  EXPECT_EQ(publish("room", "x"), ErrorCode::not_found);
  make_topic(1);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  publish("room", "y");
  wait_for([&] { return !reader.taken.empty(); });
  EXPECT_THAT(reader.values(), ElementsAre("y"));
  stop(subscription);
}

TEST_P(MessageQueueContract, forgets_a_removed_topic) {
  make_topic(1);
  EXPECT_EQ(publish("room", "x"), ErrorCode::ok);
  get(port().remove_topic(topic_));
  // Whoever has published to it may hear of it a while later.
  const Deadline give_up = loop().soon();
  ErrorCode told{};
  do {
    told = publish("room", "x");
  } while (told != ErrorCode::not_found && loop().timers().now() < give_up);
  EXPECT_EQ(told, ErrorCode::not_found);
  EXPECT_EQ(code(port().remove_topic(topic_)), ErrorCode::ok);
}

}  // namespace
}  // namespace gochat::contract
