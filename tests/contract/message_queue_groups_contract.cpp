// Who is given what: subscribers of a group, groups, observers, and who comes after who stopped.
#include <gmock/gmock.h>

#include "contract/message_queue_contract.hpp"

namespace gochat::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::IsSupersetOf;

TEST_P(MessageQueueContract, shares_the_lanes_among_the_subscribers_of_a_group) {
  make_topic(4);
  RecordingHandler one{loop().timers()};
  RecordingHandler two{loop().timers()};
  auto first = subscribe(one, "readers");
  auto second = subscribe(two, "readers");
  wait_for([&] { return one.lanes.size() == 2 && two.lanes.size() == 2; });
  for (int key = 0; key < 30; ++key) publish("room-" + std::to_string(key), std::to_string(key));
  wait_for([&] { return one.values().size() + two.values().size() >= 30; });
  std::vector<std::string> all = one.values();
  for (const std::string& value : two.values()) all.push_back(value);
  EXPECT_THAT(all, testing::UnorderedElementsAreArray(numbers(0, 30)));
  EXPECT_THAT(one.values(), testing::Not(IsEmpty()));
  EXPECT_THAT(two.values(), testing::Not(IsEmpty()));
  EXPECT_FALSE(one.overlapped || two.overlapped);
  stop(first);
  stop(second);
}

TEST_P(MessageQueueContract, gives_the_lanes_of_a_leaving_subscriber_to_the_others) {
  make_topic(4);
  RecordingHandler one{loop().timers()};
  RecordingHandler two{loop().timers()};
  auto first = subscribe(one, "readers");
  auto second = subscribe(two, "readers");
  stop(first);
  EXPECT_THAT(one.lanes, IsEmpty());
  wait_for([&] { return two.lanes.size() == 4; });
  for (int key = 0; key < 10; ++key) publish("room-" + std::to_string(key), std::to_string(key));
  wait_for([&] { return two.values().size() >= 10; });
  EXPECT_THAT(two.values(), IsSupersetOf(numbers(0, 10)));
  stop(second);
}

TEST_P(MessageQueueContract, moves_a_lane_only_between_two_batches) {
  make_topic(1);
  RecordingHandler one{loop().timers()};
  RecordingHandler two{loop().timers()};
  auto first = subscribe(one, "readers");
  one.held_values = {"long"};
  publish("room", "long");
  wait_for([&] { return one.running.size() == 1; });
  auto second = get(port().subscribe({topic_, own("readers")}, two));
  loop().start(first->stop());
  publish("room", "next");
  loop().pass(std::chrono::milliseconds{20});
  EXPECT_THAT(two.lanes, IsEmpty());
  one.held_values.clear();
  wait_for([&] { return two.values().size() == 1; });
  EXPECT_THAT(one.values(), ElementsAre("long"));
  EXPECT_THAT(two.values(), ElementsAre("next"));
  stop(second);
}

TEST_P(MessageQueueContract, gives_everything_to_each_group) {
  make_topic(2);
  RecordingHandler one{loop().timers()};
  RecordingHandler two{loop().timers()};
  auto first = subscribe(one, "readers");
  auto second = subscribe(two, "others");
  for (const std::string& text : numbers(0, 10)) publish("room", text);
  wait_for([&] { return one.values().size() == 10 && two.values().size() == 10; });
  EXPECT_EQ(one.values(), numbers(0, 10));
  EXPECT_EQ(two.values(), numbers(0, 10));
  stop(first);
  stop(second);
}

TEST_P(MessageQueueContract, gives_observers_all_lanes_from_now_on) {
  make_topic(3);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers");
  publish("room", "before");
  wait_for([&] { return reader.values().size() == 1; });
  RecordingHandler one{loop().timers()};
  RecordingHandler two{loop().timers()};
  auto first = subscribe(one, "");
  auto second = subscribe(two, "");
  wait_for([&] { return one.lanes.size() == 3 && two.lanes.size() == 3; });
  publish("room", "after");
  wait_for([&] { return !one.values().empty() && !two.values().empty(); });
  EXPECT_THAT(one.values(), ElementsAre("after"));
  EXPECT_THAT(two.values(), ElementsAre("after"));
  stop(first);
  stop(second);
  stop(subscription);
}

TEST_P(MessageQueueContract, awaits_the_running_batch_when_it_stops) {
  make_topic(1);
  RecordingHandler reader{loop().timers()};
  auto subscription = subscribe(reader, "readers", 1);
  reader.held_values = {"running"};
  publish("room", "running");
  publish("room", "waiting");
  wait_for([&] { return reader.running.size() == 1; });
  bool stopped = false;
  auto stop_and_tell = [](Subscription* running, bool* done) -> Task<> {
    co_await running->stop();
    *done = true;
  };
  loop().start(stop_and_tell(subscription.get(), &stopped));
  loop().pass(std::chrono::milliseconds{20});
  EXPECT_FALSE(stopped);
  reader.held_values.clear();
  wait_for([&] { return stopped; });
  EXPECT_THAT(reader.values(), ElementsAre("running"));
  EXPECT_THAT(reader.lanes, IsEmpty());
}

TEST_P(MessageQueueContract, goes_on_where_a_group_stopped) {
  make_topic(1);
  RecordingHandler before{loop().timers()};
  auto first = subscribe(before, "readers", 1);
  publish("room", "1");
  wait_for([&] { return before.values().size() == 1; });
  stop(first);
  publish("room", "2");
  RecordingHandler after{loop().timers()};
  auto second = subscribe(after, "readers");
  publish("room", "3");
  wait_for([&] { return after.values().size() == 2; });
  EXPECT_THAT(after.values(), ElementsAre("2", "3"));
  stop(second);
}

TEST_P(MessageQueueContract, gives_what_failed_before_the_stop_to_the_next_subscriber) {
  make_topic(1);
  RecordingHandler before{loop().timers()};
  auto first = subscribe(before, "readers");
  before.refused_values = {"x"};
  publish("room", "x");
  wait_for([&] { return before.failed.size() == 1; });
  stop(first);
  RecordingHandler after{loop().timers()};
  auto second = subscribe(after, "readers");
  wait_for([&] { return after.values().size() == 1; });
  EXPECT_TRUE(after.taken[0].deliveries[0].maybe_again);
  stop(second);
}

}  // namespace
}  // namespace gochat::contract
