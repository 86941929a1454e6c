#include "logic/send_message.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic::testing {
namespace {

using protocol::ConversationPush;
using protocol::MessagePush;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SendMessageTest : public ::testing::Test {
 protected:
  SendMessageTest() {
    EXPECT_TRUE(ground.run(logic.sends().assigned(lane)));
    ground.connect(alice, "g1");
    ground.connect(bob, "g2");
  }

  Result<void> take(const std::vector<protocol::UpstreamRecord>& records,
                    bool maybe_again = false) {
    auto taken = take_uncommitted(records, maybe_again);
    if (taken) ground.run(logic.sends().committed(lane));
    return taken;
  }
  Result<void> take_uncommitted(const std::vector<protocol::UpstreamRecord>& records,
                                bool maybe_again = false) {
    return ground.run(logic.sends().take(batch_of(records, maybe_again)));
  }
  void mute_everybody() {
    ground.history.refuses = [](const MessageDraft&) {
      return std::optional{refused(ErrorCode::muted, "")};
    };
  }
  const MessageDraft& draft(std::size_t batch, std::size_t item = 0) const {
    return std::get<MessageDraft>(ground.history.batches.at(batch).items.at(item));
  }
  protocol::Receipt only_receipt() const {
    const auto receipts = ground.queue.receipts();
    EXPECT_EQ(receipts.size(), 1U);
    return receipts.empty() ? protocol::Receipt{} : receipts.front();
  }

  Ground ground;
  UserId alice = ground.users.add(1, "alice");
  UserId bob = ground.users.add(2, "bob");
  UserId carol = ground.users.add(3, "carol");
  FakeHistory::Room& chat = ground.history.single(alice, bob);
  Logic logic{ground.needs(), {}};
};

TEST_F(SendMessageTest, stores_a_message_and_tells_receiver_and_sender) {
  ground.history.say(chat, bob, "before");
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}));
  ASSERT_EQ(chat.messages.size(), 2U);
  EXPECT_EQ(chat.messages[1].content, "hello");
  const auto pushes = ground.queue.pushes<MessagePush>();
  ASSERT_EQ(pushes.size(), 2U);
  EXPECT_EQ(pushes[0]->gateway, "g1");
  EXPECT_EQ(pushes[0]->record.exclude, ConnectionId{7});
  EXPECT_THAT(pushes[0]->record.recipients, ElementsAre(alice));
  EXPECT_EQ(pushes[1]->gateway, "g2");
  EXPECT_THAT(pushes[1]->record.recipients, ElementsAre(bob));
  EXPECT_EQ(std::get<MessagePush>(pushes[1]->record.push).sender_name, "alice");
  const auto receipt = only_receipt();
  EXPECT_EQ(receipt.code, ErrorCode::ok);
  EXPECT_EQ(receipt.seq, Seq{2});
  EXPECT_EQ(receipt.message_id, chat.messages[1].id);
  EXPECT_EQ(receipt.request_id, "r1");
  EXPECT_FALSE(receipt.duplicate);
}

TEST_F(SendMessageTest, stores_a_batch_in_one_append_under_the_lanes_fence) {
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1"), send(chat.head.id, bob, "m2"),
                    send(chat.head.id, alice, "m3")}));
  ASSERT_EQ(ground.history.batches.size(), 1U);
  const auto& batch = ground.history.batches[0];
  EXPECT_EQ(batch.items.size(), 3U);
  ASSERT_TRUE(batch.fence.has_value());
  EXPECT_EQ(batch.fence->topic, lane.topic);
  EXPECT_EQ(batch.fence->fence, 1U);
  EXPECT_EQ(ground.registry.questions.size(), 1U);
}

TEST_F(SendMessageTest, introduces_a_single_chat_before_its_first_message) {
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}));
  const auto& published = ground.queue.published;
  ASSERT_EQ(published.size(), 4U);
  for (const std::size_t place : {0U, 1U}) {
    EXPECT_TRUE(std::holds_alternative<ConversationPush>(published[place].record.push));
  }
  ASSERT_TRUE(take({send(chat.head.id, alice, "m2")}));
  EXPECT_EQ(ground.queue.pushes<ConversationPush>().size(), 2U);
}

TEST_F(SendMessageTest, leaves_to_the_log_what_it_does_not_know) {
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}));
  EXPECT_TRUE(draft(0).doubt);
}

TEST_F(SendMessageTest, judges_by_the_version_at_which_the_log_let_the_sender_in) {
  for (const char* id : {"m1", "m2", "m3"}) {
    ASSERT_TRUE(take({send(chat.head.id, alice, id)}));
  }
  EXPECT_FALSE(draft(2).doubt);
  EXPECT_EQ(draft(2).judged_by, chat.head.member_version);
  ASSERT_TRUE(take({send(chat.head.id, bob, "b1")}));
  EXPECT_TRUE(draft(3).doubt) << "what alice may do says nothing about bob";
}

TEST_F(SendMessageTest, costs_no_read_once_a_chat_is_known) {
  for (const char* id : {"m1", "m2"}) ASSERT_TRUE(take({send(chat.head.id, alice, id)}));
  const int reads = ground.history.heads_read + ground.users.reads;
  ASSERT_TRUE(take({send(chat.head.id, alice, "m3")}));
  EXPECT_EQ(ground.history.heads_read + ground.users.reads, reads);
}

TEST_F(SendMessageTest, marks_a_muted_member_as_doubt_and_does_not_refuse_alone) {
  auto& room = ground.history.group(9, {alice, bob});
  ASSERT_TRUE(take({send(room.head.id, alice, "m1"), send(room.head.id, bob, "m2")}));
  ground.history.row(room, bob).muted_until = ground.clock.at + std::chrono::hours{1};
  room.head.member_version = MemberVersion{2};
  ASSERT_TRUE(take({send(room.head.id, alice, "m3")}));  // the answer's version makes it read again
  ASSERT_TRUE(take({send(room.head.id, alice, "m4"), send(room.head.id, bob, "m5")}));
  EXPECT_FALSE(draft(2, 0).doubt);
  EXPECT_EQ(draft(2, 0).judged_by, MemberVersion{2});
  EXPECT_TRUE(draft(2, 1).doubt);
}

TEST_F(SendMessageTest, marks_a_disabled_sender_as_doubt) {
  for (const char* id : {"m1", "m2"}) ASSERT_TRUE(take({send(chat.head.id, alice, id)}));
  ground.users.rows[alice].status = UserStatus::disabled;
  ground.pass(PeopleCache::age_max + std::chrono::seconds{1});
  ASSERT_TRUE(take({send(chat.head.id, alice, "m3")}));
  ASSERT_TRUE(take({send(chat.head.id, alice, "m4")}));
  EXPECT_TRUE(draft(3).doubt);
}

TEST_F(SendMessageTest, answers_a_refusal_alone_and_stores_the_others) {
  ground.history.refuses = [&](const MessageDraft& draft) -> std::optional<Error> {
    if (draft.message.client_msg_id != "m2") return std::nullopt;
    return refused(ErrorCode::muted, "until noon");
  };
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1"), send(chat.head.id, alice, "m2"),
                    send(chat.head.id, alice, "m3")}));
  EXPECT_EQ(chat.messages.size(), 2U);
  const auto receipts = ground.queue.receipts();
  ASSERT_EQ(receipts.size(), 3U);
  EXPECT_EQ(receipts[2].client_msg_id, "m2");
  EXPECT_EQ(receipts[2].code, ErrorCode::muted);
  EXPECT_EQ(receipts[2].hint, "until noon");
}

TEST_F(SendMessageTest, refuses_content_that_the_gateway_should_have_refused) {
  auto empty = send(chat.head.id, alice, "m1");
  empty.content.clear();
  ASSERT_TRUE(take({empty}));
  EXPECT_THAT(ground.history.batches, IsEmpty());
  EXPECT_EQ(only_receipt().code, ErrorCode::invalid_params);
}

TEST_F(SendMessageTest, skips_a_record_that_cannot_be_read) {
  auto batch = batch_of({send(chat.head.id, alice, "m1")});
  batch.deliveries.insert(batch.deliveries.begin(), {"k", "\xff\xff not a record", {}, 0, false});
  ASSERT_TRUE(ground.run(logic.sends().take(std::move(batch))));
  EXPECT_EQ(chat.messages.size(), 1U);
  EXPECT_EQ(only_receipt().client_msg_id, "m1");
}

TEST_F(SendMessageTest, answers_a_clients_resend_with_the_row_and_tells_nobody_else) {
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}));
  ground.queue.published.clear();
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}));
  EXPECT_THAT(ground.queue.pushes<MessagePush>(), IsEmpty());
  const auto receipt = only_receipt();
  EXPECT_TRUE(receipt.duplicate);
  EXPECT_EQ(receipt.message_id, chat.messages[0].id);
  EXPECT_EQ(receipt.seq, Seq{1});
}

TEST_F(SendMessageTest, tells_a_duplicate_again_while_its_record_may_be_a_redelivery) {
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}));
  ground.queue.published.clear();
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}, true));
  EXPECT_EQ(ground.queue.pushes<MessagePush>().size(), 2U);
  EXPECT_TRUE(only_receipt().duplicate);
}

TEST_F(SendMessageTest, does_not_tell_again_what_was_recalled_since) {
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}));
  chat.messages[0].recalled = true;
  ground.queue.published.clear();
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}, true));
  const auto pushes = ground.queue.pushes<MessagePush>();
  ASSERT_FALSE(pushes.empty());
  EXPECT_EQ(std::get<MessagePush>(pushes[0]->record.push).message.content, "");
}

TEST_F(SendMessageTest, answers_other_content_under_a_used_id_as_a_conflict) {
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}));
  ground.queue.published.clear();
  auto other = send(chat.head.id, alice, "m1");
  other.content = "something else";
  ASSERT_TRUE(take({other}));
  EXPECT_EQ(only_receipt().code, ErrorCode::idempotency_conflict);
}

TEST_F(SendMessageTest, gives_a_batch_back_when_the_log_cannot_answer) {
  for (const auto code : {ErrorCode::overloaded, ErrorCode::unavailable, ErrorCode::timeout}) {
    ground.history.failing.push_back(failed(code, "busy"));
    EXPECT_EQ(take({send(chat.head.id, alice, "m1")}).code(), code);
  }
  EXPECT_THAT(ground.queue.published, IsEmpty());
}

class FleetingQueueTest : public SendMessageTest {
 protected:
  FleetingQueueTest() {
    EXPECT_TRUE(ground.run(fleeting.sends().assigned(lane)));
    ground.history.failing.push_back({ErrorCode::unavailable, "no space", "the disk is full", 0});
  }

  Options options{.queue_is_durable = false};
  Logic fleeting{ground.needs(), options};
};

TEST_F(FleetingQueueTest, refuses_for_now_what_an_unavailable_log_did_not_take) {
  const auto batch = batch_of({send(chat.head.id, alice, "m1"), send(chat.head.id, alice, "m2")});
  ASSERT_TRUE(ground.run(fleeting.sends().take(batch)));
  EXPECT_THAT(ground.queue.published, IsEmpty());
  ground.run(fleeting.sends().committed(lane));
  const auto receipts = ground.queue.receipts();
  ASSERT_EQ(receipts.size(), 2U);
  EXPECT_EQ(receipts[1].client_msg_id, "m2");
  EXPECT_EQ(receipts[1].code, ErrorCode::unavailable);
  EXPECT_EQ(receipts[1].hint, "the disk is full");
}

TEST_F(FleetingQueueTest, keeps_what_an_earlier_try_may_have_stored) {
  const auto batch = batch_of({send(chat.head.id, alice, "m1")}, true);
  EXPECT_EQ(ground.run(fleeting.sends().take(batch)).code(), ErrorCode::unavailable);
}

TEST_F(SendMessageTest, finishes_on_the_second_try_what_ended_before_it_was_told) {
  ground.queue.fails_with = failed(ErrorCode::overloaded, "full");
  EXPECT_EQ(take({send(chat.head.id, alice, "m1")}).code(), ErrorCode::overloaded);
  ground.queue.fails_with.reset();
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}, true));
  EXPECT_EQ(chat.messages.size(), 1U);
  EXPECT_EQ(ground.queue.pushes<MessagePush>().size(), 2U);
  EXPECT_EQ(only_receipt().code, ErrorCode::ok);
}

TEST_F(SendMessageTest, sends_no_refusal_of_a_batch_that_will_be_judged_again) {
  ground.history.refuses = [&](const MessageDraft& draft) -> std::optional<Error> {
    if (draft.message.client_msg_id != "m2") return std::nullopt;
    return refused(ErrorCode::muted, "");
  };
  ground.queue.fails_with = failed(ErrorCode::overloaded, "full");
  EXPECT_FALSE(take({send(chat.head.id, alice, "m1"), send(chat.head.id, alice, "m2")}));
  ground.queue.fails_with.reset();
  ground.history.refuses = [](const MessageDraft&) { return std::optional<Error>{}; };
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1"), send(chat.head.id, alice, "m2")}, true));
  for (const auto& receipt : ground.queue.receipts()) EXPECT_EQ(receipt.code, ErrorCode::ok);
  EXPECT_EQ(ground.queue.receipts().size(), 2U);
}

TEST_F(SendMessageTest, tells_a_refusal_when_the_offsets_are_committed_and_not_before) {
  mute_everybody();
  ASSERT_TRUE(take_uncommitted({send(chat.head.id, alice, "m1")}));
  EXPECT_THAT(ground.queue.receipts(), IsEmpty());
  ground.run(logic.sends().committed(lane));
  EXPECT_EQ(only_receipt().code, ErrorCode::muted);
  ground.run(logic.sends().committed(lane));
  EXPECT_EQ(ground.queue.receipts().size(), 1U) << "it is told once";
}

TEST_F(SendMessageTest, offers_a_refusal_again_to_a_queue_that_is_full) {
  mute_everybody();
  ASSERT_TRUE(take_uncommitted({send(chat.head.id, alice, "m1")}));
  ground.queue.fails_with = failed(ErrorCode::overloaded, "full");
  const auto room =
      ground.timers.after(std::chrono::seconds{2}, [this] { ground.queue.fails_with.reset(); });
  ground.run(logic.sends().committed(lane));
  EXPECT_EQ(only_receipt().code, ErrorCode::muted);
}

TEST_F(SendMessageTest, gives_a_refusal_up_that_no_queue_takes) {
  mute_everybody();
  ASSERT_TRUE(take_uncommitted({send(chat.head.id, alice, "m1")}));
  ground.queue.fails_with = failed(ErrorCode::overloaded, "full");
  ground.run(logic.sends().committed(lane));
  ground.queue.fails_with.reset();
  EXPECT_TRUE(take({send(chat.head.id, alice, "m2")})) << "and its lane goes on";
}

TEST_F(SendMessageTest, forgets_a_refusal_whose_commit_failed) {
  mute_everybody();
  ASSERT_TRUE(take_uncommitted({send(chat.head.id, alice, "m1")}));
  ground.history.refuses = [](const MessageDraft&) { return std::optional<Error>{}; };
  ASSERT_TRUE(take({send(chat.head.id, alice, "m1")}, true));
  EXPECT_EQ(only_receipt().code, ErrorCode::ok);
}

TEST_F(SendMessageTest, stops_when_its_lane_was_given_to_another) {
  ground.history.failing.push_back(failed(ErrorCode::fenced, "a higher fence"));
  EXPECT_EQ(take({send(chat.head.id, alice, "m1")}).code(), ErrorCode::fenced);
  EXPECT_EQ(take({send(chat.head.id, alice, "m1")}).code(), ErrorCode::fenced);
  EXPECT_EQ(ground.history.batches.size(), 1U) << "the log is not asked again";
  ASSERT_TRUE(ground.run(logic.sends().assigned(lane)));
  EXPECT_TRUE(take({send(chat.head.id, alice, "m1")}));
}

TEST_F(SendMessageTest, tells_a_stranger_that_there_is_no_such_conversation) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.row(room, bob).left_seq = Seq{0};
  ground.history.refuses = [](const MessageDraft&) {
    return std::optional{refused(ErrorCode::not_a_member, "")};
  };
  ASSERT_TRUE(take({send(room.head.id, carol, "m1"), send(room.head.id, bob, "m2"),
                    send(chat.head.id, carol, "m3")}));
  const auto receipts = ground.queue.receipts();
  ASSERT_EQ(receipts.size(), 3U);
  EXPECT_EQ(receipts[0].code, ErrorCode::not_found);
  EXPECT_EQ(receipts[1].code, ErrorCode::not_a_member) << "who was a member knows that it exists";
  EXPECT_EQ(receipts[2].code, ErrorCode::not_found);
}

TEST_F(SendMessageTest, lets_nobody_write_to_a_world_room_that_is_switched_off) {
  ground.history.world();
  Options options;
  options.world = false;
  Logic closed{ground.needs(), options};
  ASSERT_TRUE(ground.run(closed.sends().assigned(lane)));
  ASSERT_TRUE(ground.run(closed.sends().take(batch_of({send(world_id, alice, "m1")}))));
  ground.run(closed.sends().committed(lane));
  EXPECT_EQ(only_receipt().code, ErrorCode::not_found);
}

}  // namespace
}  // namespace gochat::logic::testing
