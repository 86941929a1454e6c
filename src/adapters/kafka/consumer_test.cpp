#include "adapters/kafka/consumer.hpp"

#include <gmock/gmock.h>

#include "adapters/kafka/mock_brokers_fixture.hpp"

namespace gochat::kafka {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;
using ::testing::SizeIs;

class ConsumerTest : public MockBrokers {
 protected:
  std::unique_ptr<Subscription> subscribe(LaneHandler& handler, std::string group = "readers",
                                          std::size_t batch_records_max = 1'000) {
    auto subscribed = run(queue().subscribe({"t", std::move(group), batch_records_max}, handler));
    EXPECT_TRUE(subscribed);
    return *std::move(subscribed);
  }
  // A record as no publisher of ours makes one.
  void put_bare() {
    options.client_id = "bare";
    const auto client = *Settings{options}.make(RD_KAFKA_PRODUCER);
    const TopicPtr topic{rd_kafka_topic_new(client.get(), "t", nullptr)};
    rd_kafka_produce(topic.get(), 0, RD_KAFKA_MSG_F_COPY, nullptr, 0, nullptr, 0, nullptr);
    rd_kafka_flush(client.get(), 10'000);
  }

  Reader reader{timers};
};

TEST_F(ConsumerTest, gives_a_record_without_key_value_and_headers_as_empty) {
  put_bare();
  auto subscription = subscribe(reader);
  wait_for([&] { return !reader.deliveries.empty(); });
  EXPECT_EQ(reader.deliveries[0].key, "");
  EXPECT_EQ(reader.deliveries[0].value, "");
  EXPECT_EQ(reader.deliveries[0].trace, "");
  stop(*subscription);
}

TEST_F(ConsumerTest, marks_what_lay_there_at_the_assignment) {
  ASSERT_EQ(publish("before"), ErrorCode::ok);
  auto subscription = subscribe(reader);
  wait_for([&] { return reader.commits == 1; });
  ASSERT_EQ(publish("after"), ErrorCode::ok);
  wait_for([&] { return reader.commits == 2; });
  EXPECT_TRUE(reader.deliveries[0].maybe_again);
  EXPECT_FALSE(reader.deliveries[1].maybe_again);
  stop(*subscription);
}

TEST_F(ConsumerTest, waits_for_the_end_of_a_lane_before_its_first_batch) {
  ASSERT_EQ(publish("x"), ErrorCode::ok);
  options.limits.call_time_max = 200ms;
  answer(list_offsets_request, {RD_KAFKA_RESP_ERR_UNKNOWN, RD_KAFKA_RESP_ERR_UNKNOWN});
  auto subscription = subscribe(reader);
  wait_for([&] { return reader.commits == 1; });
  EXPECT_TRUE(reader.deliveries[0].maybe_again);
  stop(*subscription);
}

TEST_F(ConsumerTest, asks_for_a_commit_until_it_is_done) {
  auto subscription = subscribe(reader);
  answer(commit_request, {RD_KAFKA_RESP_ERR_REBALANCE_IN_PROGRESS, RD_KAFKA_RESP_ERR_UNKNOWN});
  ASSERT_EQ(publish("x"), ErrorCode::ok);
  wait_for([&] { return reader.commits == 1; });
  EXPECT_EQ(reader.batches, 1);
  EXPECT_GE(queue().counts().at("t").commit_failures.value(), 1U);
  stop(*subscription);
}

TEST_F(ConsumerTest, says_nothing_of_a_commit_that_its_group_refused_and_takes_the_lane_anew) {
  auto subscription = subscribe(reader);
  answer(commit_request, {RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID});
  ASSERT_EQ(publish("x"), ErrorCode::ok);
  wait_for([&] { return reader.commits == 1; });
  EXPECT_EQ(reader.batches, 2);
  ASSERT_THAT(reader.deliveries, SizeIs(2));
  EXPECT_TRUE(reader.deliveries[1].maybe_again);
  EXPECT_EQ(reader.lanes, 1);
  stop(*subscription);
  EXPECT_EQ(reader.lanes, 0);
}

TEST_F(ConsumerTest, bounds_a_batch_by_bytes) {
  options.limits.batch_bytes_max = 2'500;
  reader.held = true;
  auto subscription = subscribe(reader);
  for (int n = 0; n < 10; ++n) ASSERT_EQ(publish(std::string(1'000, 'x')), ErrorCode::ok);
  reader.held = false;
  wait_for([&] { return reader.deliveries.size() == 10; });
  EXPECT_GE(reader.batches, 5);
  stop(*subscription);
}

TEST_F(ConsumerTest, gives_a_record_that_is_larger_than_a_batch_alone) {
  options.limits.batch_bytes_max = 500;
  auto subscription = subscribe(reader);
  ASSERT_EQ(publish(std::string(1'000, 'x')), ErrorCode::ok);
  wait_for([&] { return reader.commits == 1; });
  EXPECT_EQ(reader.deliveries[0].value.size(), 1'000U);
  stop(*subscription);
}

TEST_F(ConsumerTest, counts_how_far_it_is_behind) {
  reader.held = true;
  auto subscription = subscribe(reader, "readers", 1);
  for (int n = 0; n < 5; ++n) ASSERT_EQ(publish("x"), ErrorCode::ok);
  wait_for([&] { return queue().figures().lag["t"] == 5; });
  reader.held = false;
  wait_for([&] { return queue().figures().lag["t"] == 0; });
  EXPECT_EQ(queue().counts().at("t").consumed.value(), 5U);
  EXPECT_EQ(queue().figures().lanes, 1U);
  stop(*subscription);
}

TEST_F(ConsumerTest, does_not_subscribe_while_no_broker_answers_and_says_which) {
  options.limits.call_time_max = 200ms;
  brokers_down();
  const auto subscribed = run(queue().subscribe({"t", "readers"}, reader));
  ASSERT_EQ(subscribed.code(), ErrorCode::unavailable);
  EXPECT_THAT(subscribed.error().detail, HasSubstr(options.brokers));
}

TEST_F(ConsumerTest, goes_on_when_the_brokers_come_back) {
  auto subscription = subscribe(reader);
  ASSERT_EQ(publish("1"), ErrorCode::ok);
  wait_for([&] { return reader.commits == 1; });
  brokers_down();
  const auto second = start(publishing("2"));
  pass(300ms);
  brokers_up();
  wait_for([&] { return second->has_value(); });
  ASSERT_TRUE((*second)->ok());
  wait_for([&] { return reader.deliveries.size() == 2; });
  stop(*subscription);
}

TEST_F(ConsumerTest, says_no_word_after_it_was_dropped) {
  auto subscription = subscribe(reader);
  reader.held = true;
  ASSERT_EQ(publish("x"), ErrorCode::ok);
  wait_for([&] { return reader.batches == 1; });
  const auto open = start(publishing("y"));
  subscription.reset();
  drop_queue();
  reader.held = false;
  pass(50ms);
  EXPECT_EQ(reader.commits, 0);
  EXPECT_EQ(reader.lanes, 1);
}

TEST_F(ConsumerTest, is_dropped_in_the_middle_of_anything) {
  for (int n = 0; n < 12; ++n) {
    Reader own{timers};
    auto subscription = start(queue().subscribe({"t", "readers"}, own));
    const auto open = start(publishing("x"));
    pass(std::chrono::milliseconds{n * n});
    subscription->reset();
    drop_queue();
    pass(1ms);
  }
}

}  // namespace
}  // namespace gochat::kafka
