#include "adapters/kafka/producer.hpp"

#include <gmock/gmock.h>

#include "adapters/kafka/mock_brokers_fixture.hpp"

namespace gochat::kafka {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

class ProducerTest : public MockBrokers {
 protected:
  const TopicCounts& counts() { return queue().counts().at("t"); }
};

TEST_F(ProducerTest, answers_on_disk_by_the_delivery_report) {
  const auto published = run(publishing("x"));
  ASSERT_TRUE(published);
  EXPECT_EQ(*published, Durability::on_disk);
  EXPECT_EQ(counts().produced.value(), 1U);
  EXPECT_EQ(counts().failed.value(), 0U);
  EXPECT_EQ(queue().figures().waiting, 0U);
}

TEST_F(ProducerTest, tries_again_what_the_broker_refused_for_a_moment) {
  answer(produce_request,
         {RD_KAFKA_RESP_ERR_NOT_ENOUGH_REPLICAS, RD_KAFKA_RESP_ERR_NOT_LEADER_FOR_PARTITION,
          RD_KAFKA_RESP_ERR__TRANSPORT});
  EXPECT_EQ(publish("x"), ErrorCode::ok);
}

TEST_F(ProducerTest, knows_that_a_record_no_broker_was_sent_is_nowhere) {
  options.limits.delivery_time_max = 300ms;
  brokers_down();
  const auto published = run(publishing("x"));
  ASSERT_FALSE(published);
  EXPECT_EQ(published.code(), ErrorCode::unavailable);
  EXPECT_THAT(published.error().detail, HasSubstr(options.brokers));
  EXPECT_THAT(published.error().detail, HasSubstr("topic t"));
  EXPECT_EQ(counts().failed.value(), 1U);
}

TEST_F(ProducerTest, does_not_know_of_a_record_whose_answer_did_not_come) {
  options.limits.delivery_time_max = 1s;
  ASSERT_EQ(publish("first"), ErrorCode::ok);
  brokers_take(10s);
  EXPECT_EQ(run(publishing("x")).code(), ErrorCode::timeout);
}

TEST_F(ProducerTest, does_not_know_what_becomes_of_a_record_at_its_deadline) {
  brokers_down();
  const auto published = run(publishing("x", 50ms));
  EXPECT_EQ(published.code(), ErrorCode::timeout);
  brokers_up();
  EXPECT_EQ(publish("y"), ErrorCode::ok);
}

TEST_F(ProducerTest, queues_nothing_after_the_deadline) {
  EXPECT_EQ(run(queue().publish({"t", "key", "x", ""}, timers.now())).code(),
            ErrorCode::unavailable);
}

TEST_F(ProducerTest, refuses_more_than_may_wait) {
  options.limits.waiting_records_max = 2;
  brokers_down();
  const auto one = start(publishing("1", 500ms));
  const auto two = start(publishing("2", 500ms));
  EXPECT_EQ(publish("3"), ErrorCode::overloaded);
  EXPECT_EQ(queue().figures().waiting, 2U);
  wait_for([&] { return one->has_value() && two->has_value(); });
}

TEST_F(ProducerTest, knows_that_a_record_whose_round_did_not_begin_is_nowhere) {
  options.limits.round_time_max = patience;
  brokers_down();
  const auto before = start(publishing("before", 500ms));
  pass(1ms);
  EXPECT_EQ(run(publishing("x", 50ms)).code(), ErrorCode::unavailable);
  wait_for([&] { return before->has_value(); });
  EXPECT_EQ((*before)->code(), ErrorCode::timeout);
  brokers_up();
  EXPECT_EQ(publish("y"), ErrorCode::ok);
}

TEST_F(ProducerTest, holds_up_no_lane_for_one_whose_broker_is_away) {
  options.limits.delivery_time_max = 2 * patience;
  topic("away", 1);
  rd_kafka_mock_partition_set_leader(brokers(), "away", 0, -1);
  const auto waits = start(queue().publish({"away", "key", "x", ""}, timers.now() + 2 * patience));
  pass(1ms);
  EXPECT_EQ(publish("y"), ErrorCode::ok);
  EXPECT_FALSE(waits->has_value());
}

TEST_F(ProducerTest, keeps_the_order_of_records_over_rounds) {
  std::vector<std::shared_ptr<std::optional<Result<Durability>>>> all;
  for (int n = 0; n < 50; ++n) {
    all.push_back(start(publishing(std::to_string(n))));
    if (n % 5 == 0) pass(1ms);
  }
  for (const auto& one : all) {
    wait_for([&] { return one->has_value(); });
    EXPECT_TRUE((*one)->ok());
  }
  Reader reader{timers};
  auto subscribed = run(queue().subscribe({"t", "readers", 100}, reader));
  ASSERT_TRUE(subscribed);
  wait_for([&] { return reader.deliveries.size() == all.size(); });
  for (std::size_t n = 0; n < all.size(); ++n) {
    EXPECT_EQ(reader.deliveries[n].value, std::to_string(n));
  }
  stop(**subscribed);
}

TEST_F(ProducerTest, refuses_a_record_that_is_too_large) {
  EXPECT_EQ(publish(std::string(options.limits.record_bytes_max + 1, 'x')), ErrorCode::too_large);
  EXPECT_EQ(publish("y"), ErrorCode::ok);
}

TEST_F(ProducerTest, says_that_a_topic_is_gone_and_learns_when_it_is_back) {
  const auto putting = [this] {
    return queue().publish({"later", "key", "x", ""}, timers.now() + patience);
  };
  // Brokers of this kind make a topic that is asked for.
  topic("later", 1);
  rd_kafka_mock_topic_set_error(brokers(), "later", RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART);
  std::vector<std::shared_ptr<std::optional<Result<Durability>>>> all;
  for (int n = 0; n < 20; ++n) all.push_back(start(putting()));
  for (const auto& one : all) {
    wait_for([&] { return one->has_value(); });
    EXPECT_EQ((*one)->code(), ErrorCode::not_found);
  }
  rd_kafka_mock_topic_set_error(brokers(), "later", RD_KAFKA_RESP_ERR_NO_ERROR);
  const MonoTime give_up = timers.now() + patience;
  ErrorCode told{};
  do {
    told = run(putting()).code();
    EXPECT_NE(told, ErrorCode::not_found) << "it went by an answer from before";
  } while (told != ErrorCode::ok && timers.now() < give_up);
  EXPECT_EQ(told, ErrorCode::ok);
  EXPECT_EQ(publish("y"), ErrorCode::ok);
}

TEST_F(ProducerTest, opens_with_no_setting_that_cannot_be) {
  options.sasl = {.mechanism = "PIGEON", .user = "one", .password = "secret"};
  const auto opened = KafkaQueue::open(loop.get_executor(), timers, options);
  ASSERT_FALSE(opened);
  EXPECT_THAT(opened.error().detail, HasSubstr("PIGEON"));
}

// On the producer itself, whose client can be told to break.
class BrokenProducer : public MockBrokers {
 protected:
  BrokenProducer() {
    auto opened = Producer::open({loop.get_executor(), timers, workers_, options, counts_});
    EXPECT_TRUE(opened);
    producer = *std::move(opened);
  }
  ~BrokenProducer() override { producer->close(); }
  Task<Result<Durability>> put(std::string value) {
    return Producer::publish(producer, {"t", "key", std::move(value), ""}, timers.now() + patience);
  }
  void break_it() {
    rd_kafka_test_fatal_error(producer->client().get(),
                              RD_KAFKA_RESP_ERR_OUT_OF_ORDER_SEQUENCE_NUMBER, "as the test wishes");
  }

  std::shared_ptr<Producer> producer;

 private:
  InlineExecutor workers_;
  TopicCountsMap counts_;
};

TEST_F(BrokenProducer, is_replaced) {
  ASSERT_TRUE(run(put("before")));
  break_it();
  // Whoever meets the error first is told; nothing was queued.
  const auto met = run(put("met"));
  EXPECT_TRUE(met || met.code() == ErrorCode::unavailable);
  EXPECT_TRUE(run(put("after")));
  EXPECT_EQ(producer->replaced(), 1U);
}

TEST_F(BrokenProducer, answers_what_it_had_not_delivered) {
  ASSERT_TRUE(run(put("before")));
  brokers_down();
  const auto waiting = start(put("waiting"));
  pass(20ms);
  ASSERT_FALSE(waiting->has_value());
  break_it();
  const auto met = start(put("met"));
  const auto next = start(put("next"));
  wait_for([&] { return waiting->has_value(); });
  EXPECT_FALSE((*waiting)->ok());
  brokers_up();
  wait_for([&] { return met->has_value() && next->has_value(); });
  EXPECT_TRUE((*next)->ok());
  EXPECT_EQ(producer->waiting(), 0U);
}

}  // namespace
}  // namespace gochat::kafka
