// Sends that nothing can be done with: they lie with the dead letters, and the lane goes on.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"
#include "protocol/dead_letter_topics.hpp"

namespace gochat::logic::testing {
namespace {

class DeadSendsTest : public ::testing::Test {
 protected:
  DeadSendsTest() {
    EXPECT_TRUE(ground.run(logic.sends().assigned(lane)));
    ground.connect(alice, "g1");
  }

  Result<void> take(LaneBatch batch) {
    auto taken = ground.run(logic.sends().take(std::move(batch)));
    if (taken) ground.run(logic.sends().committed(lane));
    return taken;
  }
  Result<void> take(const std::vector<protocol::UpstreamRecord>& records) {
    return take(batch_of(records, false));
  }
  void refuse_m1(ErrorCode code) {
    ground.history.refuses = [code](const MessageDraft& draft) {
      std::optional<Error> refusal;
      if (draft.message.client_msg_id == "m1") refusal = failed(code, "a bad row");
      return refusal;
    };
  }
  std::vector<protocol::DeadLetter> dead_letters() const {
    std::vector<protocol::DeadLetter> all;
    for (const QueueRecord& record : ground.queue.others) {
      if (record.topic != protocol::dead_letter_topic(lane.topic)) continue;
      all.push_back(*protocol::decode_dead_letter(record.value));
    }
    return all;
  }

  Ground ground;
  UserId alice = ground.users.add(1, "alice");
  UserId bob = ground.users.add(2, "bob");
  FakeHistory::Room& chat = ground.history.single(alice, bob);
  Logic logic{ground.needs(), {}};
};

TEST_F(DeadSendsTest, finds_the_one_item_that_the_log_cannot_take) {
  ground.history.failing.push_back(failed(ErrorCode::internal, "a bad page"));  // the batch
  ground.history.failing.push_back(failed(ErrorCode::internal, "a bad page"));  // m1 alone
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1"), send(chat.head.id, alice, "m2")}));
  EXPECT_EQ(chat.messages.size(), 1U);
  const auto receipts = ground.queue.receipts();
  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_EQ(receipts[0].client_msg_id, "m2");
  EXPECT_EQ(receipts[0].code, ErrorCode::ok);
  EXPECT_EQ(receipts[1].client_msg_id, "m1");
  EXPECT_EQ(receipts[1].code, ErrorCode::internal);
  const auto letters = dead_letters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].cause, "a bad page");
  EXPECT_EQ(protocol::decode_upstream(letters[0].value)->client_msg_id, "m1");
}

TEST_F(DeadSendsTest, lays_aside_the_one_item_that_the_log_has_answered_so) {
  refuse_m1(ErrorCode::internal);
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1"), send(chat.head.id, alice, "m2")}));
  EXPECT_EQ(chat.messages.size(), 1U);
  const auto letters = dead_letters();
  ASSERT_EQ(letters.size(), 1U);
  EXPECT_EQ(letters[0].cause, "a bad row");
  EXPECT_EQ(protocol::decode_upstream(letters[0].value)->client_msg_id, "m1");
}

TEST_F(DeadSendsTest, lays_aside_the_one_item_that_the_log_has_answered_so_alone) {
  ground.history.failing.push_back(failed(ErrorCode::internal, "a bad page"));  // the batch
  refuse_m1(ErrorCode::internal);
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1"), send(chat.head.id, alice, "m2")}));
  EXPECT_EQ(chat.messages.size(), 1U);
  ASSERT_EQ(dead_letters().size(), 1U);
  EXPECT_EQ(dead_letters()[0].cause, "a bad row");
}

TEST_F(DeadSendsTest, keeps_a_batch_of_which_one_item_could_not_be_done_for_now) {
  refuse_m1(ErrorCode::unavailable);
  const std::vector records{send(chat.head.id, alice, "m1"), send(chat.head.id, alice, "m2")};
  EXPECT_EQ(take(records).code(), ErrorCode::unavailable);
  EXPECT_TRUE(ground.queue.receipts().empty());
  ground.history.refuses = [](const MessageDraft&) { return std::optional<Error>{}; };
  ASSERT_TRUE(take(records));
  EXPECT_EQ(chat.messages.size(), 2U);
  EXPECT_EQ(ground.queue.receipts().size(), 2U);
}

TEST_F(DeadSendsTest, tells_the_sender_whom_an_unreadable_send_still_names) {
  auto batch = batch_of({send(chat.head.id, alice, "m1"), send(chat.head.id, alice, "m2"),
                         send(chat.head.id, alice, "m3")});
  std::string& newer = batch.deliveries[0].value;
  ASSERT_EQ(newer.substr(0, 2), (std::string{8, 1}));
  newer[1] = 9;  // its version
  batch.deliveries[1].value = "torn";
  ASSERT_TRUE(ground.run(logic.sends().take(batch)));
  EXPECT_EQ(ground.queue.receipts().size(), 1U) << "refusals wait for the commit";
  ground.run(logic.sends().committed(lane));
  const auto receipts = ground.queue.receipts();
  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_EQ(receipts[0].client_msg_id, "m3");
  EXPECT_EQ(receipts[0].code, ErrorCode::ok);
  EXPECT_EQ(receipts[1].client_msg_id, "m1");
  EXPECT_EQ(receipts[1].connection, ConnectionId{7});
  EXPECT_EQ(receipts[1].code, ErrorCode::internal);
  const auto letters = dead_letters();
  ASSERT_EQ(letters.size(), 2U);
  EXPECT_EQ(letters[0].cause, "record: version 9 is unknown");
  EXPECT_EQ(letters[0].topic, lane.topic);
  EXPECT_EQ(letters[1].value, "torn");
}

TEST_F(DeadSendsTest, keeps_a_batch_until_its_dead_letters_are_laid) {
  auto batch = batch_of({send(chat.head.id, alice, "m1")});
  batch.deliveries[0].value = "torn";
  ground.queue.fails_with = failed(ErrorCode::timeout, "away");
  EXPECT_EQ(take(batch).code(), ErrorCode::timeout);
  ground.queue.fails_with.reset();
  ASSERT_TRUE(take(batch));
  EXPECT_EQ(dead_letters().size(), 1U);
}

}  // namespace
}  // namespace gochat::logic::testing
