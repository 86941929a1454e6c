// What the queue does while members and brokers of Kafka go away, stand still and come back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>
#include <set>
#include <vector>

#include "cluster/held_server.hpp"
#include "cluster/kafka_fixture.hpp"
#include "contract/message_queue_contract.hpp"

namespace gochat::cluster {
namespace {

using namespace std::chrono_literals;
using contract::RecordingHandler;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;
using ::testing::SizeIs;

class KafkaGroup : public ::testing::Test {
 protected:
  void SetUp() override {
    const char* brokers = std::getenv("GOCHAT_TEST_KAFKA");
    if (!brokers) GTEST_SKIP() << "GOCHAT_TEST_KAFKA is not set";
    options = own_options(brokers);
    options.limits.stall_time_max = options.limits.session_time_max;
    one.emplace(options);
    two.emplace(options);
  }
  std::unique_ptr<Subscription> subscribe(KafkaProcess& process, RecordingHandler& reader) {
    return process.get(process.queue->subscribe({"t", "readers", 1}, reader));
  }

  kafka::KafkaOptions options;
  std::optional<KafkaProcess> one;
  std::optional<KafkaProcess> two;
};

TEST_F(KafkaGroup, takes_over_the_lanes_of_a_member_that_died) {
  one->get(one->queue->ensure_topic("t", 4));
  RecordingHandler dying{one->loop.timers()};
  RecordingHandler heir{two->loop.timers()};
  auto first = subscribe(*one, dying);
  one->loop.run_until([&] { return dying.lanes.size() == 4; }, "the first member's lanes");
  dying.held_values = {"in hand"};
  ASSERT_EQ(one->publish("room", "in hand"), ErrorCode::ok);
  one->loop.run_until([&] { return dying.running.size() == 1; }, "the batch in hand");
  // Without a word to the group.
  first.reset();
  one.reset();
  auto second = subscribe(*two, heir);
  two->loop.run_until([&] { return heir.lanes.size() == 4; }, "the heir's lanes");
  two->loop.run_until([&] { return heir.values().size() == 1; }, "the batch again");
  EXPECT_TRUE(heir.taken[0].deliveries[0].maybe_again);
  two->loop.run(second->stop());
}

// The loop that stands still is a process that was stopped: the other's loop runs alone meanwhile.
TEST_F(KafkaGroup, commits_nothing_of_a_member_that_stood_still_beyond_its_time) {
  one->get(one->queue->ensure_topic("t", 1));
  RecordingHandler zombie{one->loop.timers()};
  RecordingHandler heir{two->loop.timers()};
  auto first = subscribe(*one, zombie);
  one->loop.run_until([&] { return zombie.lanes.size() == 1; }, "the first member's lane");
  zombie.held_values = {"slow"};
  ASSERT_EQ(two->publish("room", "slow"), ErrorCode::ok);
  one->loop.run_until([&] { return zombie.running.size() == 1; }, "the slow batch");

  auto second = subscribe(*two, heir);
  two->loop.run_until([&] { return heir.values().size() == 1; }, "the batch with the heir");
  EXPECT_TRUE(heir.taken[0].deliveries[0].maybe_again);

  zombie.held_values.clear();
  one->loop.run_until([&] { return zombie.lanes.empty(); }, "the zombie's lane to be revoked");
  EXPECT_THAT(zombie.values(), SizeIs(1));
  EXPECT_THAT(zombie.committed_after, ::testing::IsEmpty());
  ASSERT_EQ(two->publish("room", "next"), ErrorCode::ok);
  two->loop.run_until([&] { return heir.values().size() == 2; }, "the heir to go on");
  two->loop.run(second->stop());
  one->loop.run(first->stop());
}

// Its fence was raised by the heir, and the broker confirms the heir only.
TEST_F(KafkaGroup, takes_no_lane_over_again_that_has_an_heir) {
  one->get(one->queue->ensure_topic("t", 1));
  RecordingHandler zombie{one->loop.timers()};
  RecordingHandler heir{two->loop.timers()};
  auto first = subscribe(*one, zombie);
  one->loop.run_until([&] { return zombie.lanes.size() == 1; }, "the first member's lane");
  zombie.held_values = {"slow"};
  zombie.refused_values = {"slow"};
  zombie.refusal = ErrorCode::fenced;
  ASSERT_EQ(two->publish("room", "slow"), ErrorCode::ok);
  one->loop.run_until([&] { return zombie.running.size() == 1; }, "the slow batch");

  auto second = subscribe(*two, heir);
  two->loop.run_until([&] { return heir.values().size() == 1; }, "the batch with the heir");
  zombie.held_values.clear();
  one->loop.run_until([&] { return zombie.lanes.empty(); }, "the zombie's lane to be revoked");
  EXPECT_THAT(zombie.failed, SizeIs(1));
  EXPECT_EQ(zombie.assignments, 1);
  two->loop.run(second->stop());
  one->loop.run(first->stop());
}

TEST_F(KafkaGroup, knows_a_topic_that_another_process_made_later) {
  RecordingHandler reader{one->loop.timers()};
  const auto subscribed = one->loop.run(one->queue->subscribe({"t", "readers"}, reader));
  ASSERT_EQ(subscribed.code(), ErrorCode::unavailable);
  EXPECT_THAT(subscribed.error().detail, HasSubstr(options.topic_prefix + "t"));
  ASSERT_EQ(one->publish("room", "too early"), ErrorCode::not_found);
  two->get(two->queue->ensure_topic("t", 1));
  ErrorCode published = ErrorCode::unavailable;
  for (int tries = 0; published != ErrorCode::ok && tries < 100; ++tries) {
    published = one->publish("room", "in time");
    if (published != ErrorCode::ok) one->loop.pass(20ms);
  }
  EXPECT_EQ(published, ErrorCode::ok);
}

TEST_F(KafkaGroup, carries_the_largest_record_and_refuses_a_larger_one) {
  one->get(one->queue->ensure_topic("t", 1));
  RecordingHandler reader{one->loop.timers()};
  auto subscription = subscribe(*one, reader);
  const std::string large(options.limits.record_bytes_max - 1'000, 'x');
  EXPECT_EQ(one->publish("room", large), ErrorCode::ok);
  EXPECT_EQ(one->publish("room", large + std::string(1'001, 'x')), ErrorCode::too_large);
  EXPECT_EQ(one->publish("room", "small"), ErrorCode::ok);
  one->loop.run_until([&] { return reader.values().size() == 2; }, "both records");
  EXPECT_EQ(reader.values()[0].size(), large.size());
  one->loop.run(subscription->stop());
}

// Brokers of their own, to be broken.
class KafkaBroker : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::getenv("GOCHAT_TEST_KAFKA")) GTEST_SKIP() << "GOCHAT_TEST_KAFKA is not set";
    broker.emplace("kafka");
    if (broker->address().empty()) GTEST_SKIP() << "Kafka is not installed";
    options = own_options(broker->address());
  }

  std::optional<HeldServer> broker;
  kafka::KafkaOptions options;
};

TEST_F(KafkaBroker, may_be_away_at_the_start_and_stand_still_later) {
  options.limits.delivery_time_max = 300ms;
  options.limits.call_time_max = 3s;
  KafkaProcess process{options};
  RecordingHandler reader{process.loop.timers()};
  EXPECT_EQ(process.publish("room", "nobody"), ErrorCode::unavailable);
  const auto subscribed = process.loop.run(process.queue->subscribe({"t", "readers"}, reader));
  ASSERT_EQ(subscribed.code(), ErrorCode::unavailable);
  EXPECT_THAT(subscribed.error().detail, HasSubstr(broker->address()));

  broker->start();
  // A broker that has just started takes its time, and is asked again as by everybody else.
  Result<void> made = ErrorCode::unavailable;
  for (int tries = 0; !made && tries < 20; ++tries) {
    made = process.loop.run(process.queue->ensure_topic("t", 1));
  }
  ASSERT_TRUE(made) << made.error().detail;
  Result<std::unique_ptr<Subscription>> subscription = ErrorCode::unavailable;
  for (int tries = 0; !subscription && tries < 20; ++tries) {
    subscription = process.loop.run(process.queue->subscribe({"t", "readers"}, reader));
  }
  ASSERT_TRUE(subscription) << subscription.error().detail;
  ErrorCode published = ErrorCode::unavailable;
  for (int tries = 0; published != ErrorCode::ok && tries < 100; ++tries) {
    published = process.publish("room", "somebody");
  }
  EXPECT_EQ(published, ErrorCode::ok);
  process.loop.run_until([&] { return !reader.values().empty(); }, "the first record");

  broker->pause();
  EXPECT_EQ(process.publish("room", "unknown", 100ms), ErrorCode::timeout);
  broker->resume();
  process.loop.run((*subscription)->stop());
}

// What a publisher of one key saw: it goes on with the next number whatever became of the last.
struct Published {
  std::set<int> acknowledged;
  int last = 0;
};

Task<> publish_numbers(KafkaProcess* process, std::string key, const bool* enough,
                       Published* seen) {
  while (!*enough) {
    const int number = ++seen->last;
    const auto answer =
        co_await process->queue->publish({"t", key, std::to_string(number), ""},
                                         process->loop.timers().now() + std::chrono::seconds{10});
    if (answer) seen->acknowledged.insert(number);
  }
}

TEST_F(KafkaBroker, loses_nothing_acknowledged_when_it_is_killed_under_traffic) {
  broker->start();
  KafkaProcess process{options};
  process.get(process.queue->ensure_topic("t", 2));
  RecordingHandler reader{process.loop.timers()};
  auto subscription = process.get(process.queue->subscribe({"t", "readers"}, reader));
  bool enough = false;
  std::map<std::string, Published> published;
  for (const char* key : {"a", "b", "c", "d"}) {
    process.loop.start(publish_numbers(&process, key, &enough, &published[key]));
  }
  const auto acknowledged = [&] {
    std::size_t sum = 0;
    for (const auto& [key, seen] : published) sum += seen.acknowledged.size();
    return sum;
  };
  std::size_t before = 0;
  for (int kills = 0; kills < 2; ++kills) {
    process.loop.run_until([&] { return acknowledged() >= before + 200; }, "traffic");
    broker->kill();
    broker->start();
    before = acknowledged();
  }
  process.loop.run_until([&] { return acknowledged() >= before + 200; }, "traffic afterwards");
  enough = true;
  for (const auto& [key, seen] : published) {
    const auto all_came = [&] {
      std::set<int> came;
      for (const auto& value : reader.values_of(key)) came.insert(std::stoi(value));
      return std::ranges::includes(came, seen.acknowledged);
    };
    process.loop.run_until(all_came, "what was acknowledged of " + key);
    std::vector<int> order;
    for (const auto& value : reader.values_of(key)) {
      const int number = std::stoi(value);
      if (std::ranges::find(order, number) == order.end()) order.push_back(number);
    }
    EXPECT_TRUE(std::ranges::is_sorted(order)) << key;
  }
  process.loop.run(subscription->stop());
}

}  // namespace
}  // namespace gochat::cluster
