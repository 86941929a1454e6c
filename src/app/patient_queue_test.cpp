#include "app/patient_queue.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "async/drive.hpp"

namespace gochat::app {
namespace {

struct NoSubscription final : Subscription {
  Task<> stop() override { co_return; }
};

struct NoHandler final : LaneHandler {
  Task<Result<void>> take(LaneBatch) override { co_return Result<void>{}; }
  Task<> committed(LaneId) override { co_return; }
  Task<Result<void>> assigned(LaneId) override { co_return Result<void>{}; }
  void revoked(LaneId) override {}
};

// Knows no topic until it has been asked often enough.
struct SlowQueue final : MessageQueue {
  Task<Result<Durability>> publish(QueueRecord, Deadline) override {
    co_return Durability::on_disk;
  }
  Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo to, LaneHandler&) override {
    EXPECT_EQ(to.topic, "t") << "asked again for the same";
    if (failures-- > 0) co_return failed(ErrorCode::unavailable, "topic t is not there yet");
    co_return std::make_unique<NoSubscription>();
  }
  Task<Result<void>> ensure_topic(std::string topic, std::int32_t) override {
    EXPECT_EQ(topic, "t");
    if (failures-- > 0) co_return failed(ErrorCode::unavailable, "topic t is not there yet");
    co_return Result<void>{};
  }
  Task<Result<void>> remove_topic(std::string) override { co_return Result<void>{}; }

  int failures = 2;
};

class PatientQueueTest : public testing::Test {
 protected:
  template <class T>
  T run(Task<T> task) {
    return drive(context, std::move(task));
  }

  boost::asio::io_context context;
  SlowQueue slow;
  NoHandler handler;
  int tries = 0;
  int tries_max = 10;
  PatientQueue queue{slow, [this](PatientQueue::Try attempt) -> Task<Result<void>> {
                       for (;;) {
                         auto there = co_await attempt();
                         if (++tries >= tries_max) co_return failed(ErrorCode::unavailable, "told");
                         if (there) co_return there;
                       }
                     }};
};

TEST_F(PatientQueueTest, waits_for_a_topic) {
  EXPECT_TRUE(run(queue.ensure_topic("t", 4)));
  EXPECT_EQ(tries, 3);
}

TEST_F(PatientQueueTest, subscribes_once_the_topic_is_there) {
  const auto subscribed = run(queue.subscribe({.topic = "t", .group = "g"}, handler));
  ASSERT_TRUE(subscribed);
  EXPECT_TRUE(*subscribed);
  EXPECT_EQ(tries, 3);
}

TEST_F(PatientQueueTest, fails_when_it_was_told_to_give_up) {
  slow.failures = 10;
  tries_max = 2;
  EXPECT_EQ(run(queue.ensure_topic("t", 4)).code(), ErrorCode::unavailable);
  EXPECT_EQ(run(queue.subscribe({.topic = "t", .group = "g"}, handler)).code(),
            ErrorCode::unavailable);
}

TEST_F(PatientQueueTest, hands_out_a_subscription_made_while_it_was_told_to_give_up) {
  slow.failures = 0;
  tries_max = 1;
  EXPECT_TRUE(run(queue.subscribe({.topic = "t", .group = "g"}, handler)));
}

}  // namespace
}  // namespace gochat::app
