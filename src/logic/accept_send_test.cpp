// What services send: it takes the lane of the sockets, and nobody floods it in somebody's name.
#include "logic/accept_send.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/drive.hpp"
#include "logic/testing/fake_ground.hpp"

namespace gochat::logic::testing {
namespace {

using ::testing::SizeIs;

// Keeps what is published.
class KeepingQueue final : public MessageQueue {
 public:
  Task<Result<Durability>> publish(QueueRecord record, Deadline deadline) override {
    deadlines.push_back(deadline);
    if (failure) co_return *failure;
    records.push_back(std::move(record));
    co_return Durability::on_disk;
  }
  Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo, LaneHandler&) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<void>> ensure_topic(std::string, std::int32_t) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<void>> remove_topic(std::string) override { co_return ErrorCode::not_implemented; }

  std::vector<QueueRecord> records;
  std::vector<Deadline> deadlines;
  std::optional<Error> failure;
};

class AcceptSendTest : public ::testing::Test {
 protected:
  Result<Durability> send(UserId sender, OutgoingMessage message) {
    return drive(loop, timers,
                 accept.send(sender, std::move(message), timers.now() + std::chrono::seconds{4}));
  }
  static OutgoingMessage saying(ConversationId conversation) {
    return {std::move(conversation),
            MessageType::image,
            "https://example.org/a.png",
            "c-1",
            MessageId{9},
            "00-trace"};
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  FakeClock clock;
  KeepingQueue queue;
  FakeLimiter limiter{timers};
  AcceptSend accept{
      queue,
      clock,
      limiter,
      {.of_one = {.capacity = 2, .per_second = 1}, .world = {.capacity = 3, .per_second = 1}}};
  const UserId alice{1};
  const UserId bob{2};
  const ConversationId chat{"group_7"};
};

TEST_F(AcceptSendTest, puts_a_message_on_the_lane_of_its_conversation) {
  const auto taken = send(alice, saying(chat));
  ASSERT_TRUE(taken.ok());
  EXPECT_EQ(*taken, Durability::on_disk);
  ASSERT_THAT(queue.records, SizeIs(1));
  EXPECT_EQ(queue.records[0].topic, protocol::upstream_topic);
  EXPECT_EQ(queue.records[0].key, "group_7");
  EXPECT_EQ(queue.records[0].trace, "00-trace");
  EXPECT_EQ(queue.deadlines[0], timers.now() + std::chrono::seconds{4});
  const auto record = protocol::decode_upstream(queue.records[0].value);
  ASSERT_TRUE(record.ok());
  EXPECT_EQ(record->conversation, chat);
  EXPECT_EQ(record->sender, alice);
  EXPECT_EQ(record->client_msg_id, "c-1");
  EXPECT_EQ(record->type, MessageType::image);
  EXPECT_EQ(record->content, "https://example.org/a.png");
  EXPECT_EQ(record->reply_to, MessageId{9});
  EXPECT_EQ(record->accepted_at, clock.now());
  EXPECT_EQ(record->origin.gateway, "");
}

TEST_F(AcceptSendTest, gives_the_world_room_its_own_lane) {
  ASSERT_TRUE(send(alice, saying(world_id)).ok());
  EXPECT_EQ(queue.records[0].topic, protocol::upstream_world_topic);
}

TEST_F(AcceptSendTest, queues_nothing_that_no_client_may_say) {
  auto nameless = saying(chat);
  nameless.client_msg_id = "";
  auto empty = saying(chat);
  empty.content = "";
  EXPECT_EQ(send(alice, nameless).code(), ErrorCode::invalid_params);
  EXPECT_EQ(send(alice, empty).code(), ErrorCode::invalid_params);
  EXPECT_EQ(send(alice, saying(ConversationId{"nowhere"})).code(), ErrorCode::invalid_params);
  EXPECT_THAT(queue.records, SizeIs(0));
}

TEST_F(AcceptSendTest, bounds_what_is_said_in_one_name) {
  ASSERT_TRUE(send(alice, saying(chat)).ok());
  ASSERT_TRUE(send(alice, saying(chat)).ok());
  const auto third = send(alice, saying(chat));
  EXPECT_EQ(third.code(), ErrorCode::rate_limited);
  EXPECT_GT(third.error().retry_after_ms, 0U);
  EXPECT_TRUE(send(bob, saying(chat)).ok());
  timers.advance(std::chrono::seconds{1});
  EXPECT_TRUE(send(alice, saying(chat)).ok());
}

TEST_F(AcceptSendTest, bounds_what_everybody_says_in_the_world_room) {
  ASSERT_TRUE(send(alice, saying(world_id)).ok());
  ASSERT_TRUE(send(alice, saying(world_id)).ok());
  ASSERT_TRUE(send(bob, saying(world_id)).ok());
  EXPECT_EQ(send(bob, saying(world_id)).code(), ErrorCode::rate_limited);
  EXPECT_TRUE(send(UserId{3}, saying(chat)).ok());
}

TEST_F(AcceptSendTest, tells_what_the_queue_says) {
  queue.failure = failed(ErrorCode::timeout, "nobody knows");
  EXPECT_EQ(send(alice, saying(chat)).code(), ErrorCode::timeout);
}

TEST_F(AcceptSendTest, is_to_be_asked_again_while_nobody_has_made_the_lanes) {
  queue.failure = failed(ErrorCode::not_found, "no such topic");
  const auto taken = send(alice, saying(chat));
  EXPECT_EQ(taken.code(), ErrorCode::unavailable) << "not that there is no such conversation";
  EXPECT_TRUE(taken.error().retryable());
  EXPECT_EQ(taken.error().detail, "no such topic");
}

}  // namespace
}  // namespace gochat::logic::testing
