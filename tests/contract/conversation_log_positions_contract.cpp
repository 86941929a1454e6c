// How far people have read, what was delivered to them, and how they keep a conversation.
#include <gmock/gmock.h>

#include "contract/conversation_log_contract.hpp"

namespace gochat::contract {
namespace {

using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

TEST_P(ConversationLogContract, moves_the_senders_position_with_the_message) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  send_many(chat, ann, 3);
  EXPECT_EQ(of(ann, chat).position.read_seq, Seq{3});
  EXPECT_EQ(of(ann, chat).unread(), 0U);
  EXPECT_EQ(of(bob, chat).unread(), 3U);
  send(chat, bob);
  EXPECT_EQ(of(bob, chat).unread(), 0U);
  EXPECT_EQ(of(ann, chat).unread(), 1U);
}

TEST_P(ConversationLogContract, reads_up_to_a_message_or_to_the_newest) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  send_many(chat, ann, 5);
  const Changed some = apply(chat, change::AdvanceRead{bob, Seq{2}});
  EXPECT_EQ(some.position.read_seq, Seq{2});
  EXPECT_EQ(of(bob, chat).unread(), 3U);
  const Changed all = apply(chat, change::AdvanceRead{bob, std::nullopt});
  EXPECT_EQ(all.position.read_seq, Seq{5});
  EXPECT_EQ(of(bob, chat).unread(), 0U);
}

TEST_P(ConversationLogContract, never_reads_backwards_or_beyond_the_newest) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  send_many(chat, ann, 3);
  apply(chat, change::AdvanceRead{bob, Seq{2}});
  EXPECT_EQ(apply(chat, change::AdvanceRead{bob, Seq{1}}).position.read_seq, Seq{2});
  EXPECT_EQ(apply(chat, change::AdvanceRead{bob, Seq{99}}).position.read_seq, Seq{3});
  send(chat, ann);
  EXPECT_EQ(of(bob, chat).unread(), 1U);
}

TEST_P(ConversationLogContract, makes_no_event_of_what_one_person_reads_or_keeps) {
  const UserId ann = person();
  const auto team = group(ann);
  send(team, ann);
  const EventNo before = head(team).last_event_no;
  EXPECT_THAT(apply(team, change::AdvanceRead{ann, std::nullopt}).events, IsEmpty());
  EXPECT_THAT(apply(team, change::Acknowledge{ann, SessionId{1}, Seq{1}}).events, IsEmpty());
  EXPECT_THAT(apply(team, change::EditSettings{ann, true, {}}).events, IsEmpty());
  EXPECT_EQ(head(team).last_event_no, before);
}

TEST_P(ConversationLogContract, keeps_the_furthest_acknowledgement_of_all_devices) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  send_many(chat, ann, 5);
  EXPECT_EQ(apply(chat, change::Acknowledge{bob, SessionId{1}, Seq{4}}).position.ack_seq, Seq{4});
  EXPECT_EQ(apply(chat, change::Acknowledge{bob, SessionId{2}, Seq{2}}).position.ack_seq, Seq{4});
  EXPECT_EQ(apply(chat, change::Acknowledge{bob, SessionId{2}, Seq{99}}).position.ack_seq, Seq{5});
  EXPECT_EQ(of(bob, chat).unread(), 5U);
}

TEST_P(ConversationLogContract, tells_what_each_session_acknowledged) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  const auto team = group(ann, {bob});
  send_many(chat, ann, 5);
  send_many(team, ann, 2);
  apply(chat, change::Acknowledge{bob, SessionId{1}, Seq{4}});
  apply(chat, change::Acknowledge{bob, SessionId{1}, Seq{3}});
  apply(team, change::Acknowledge{bob, SessionId{1}, Seq{2}});
  apply(chat, change::Acknowledge{bob, SessionId{2}, Seq{1}});
  auto& conversations = stores().conversations();
  EXPECT_THAT(get(conversations.acknowledged(SessionId{1})),
              UnorderedElementsAre(Pair(chat, Seq{4}), Pair(team, Seq{2})));
  EXPECT_THAT(get(conversations.acknowledged(SessionId{2})),
              UnorderedElementsAre(Pair(chat, Seq{1})));
  EXPECT_THAT(get(conversations.acknowledged(SessionId{3})), IsEmpty());
}

TEST_P(ConversationLogContract, keeps_what_a_person_muted_and_pinned) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  send(chat, bob);
  EXPECT_TRUE(apply(chat, change::EditSettings{ann, true, std::nullopt}).position.muted);
  EXPECT_TRUE(apply(chat, change::EditSettings{ann, std::nullopt, true}).position.pinned);
  EXPECT_TRUE(of(ann, chat).position.muted);
  EXPECT_TRUE(of(ann, chat).position.pinned);
  EXPECT_EQ(of(ann, chat).unread(), 1U);
  EXPECT_FALSE(of(bob, chat).position.muted);
  EXPECT_FALSE(apply(chat, change::EditSettings{ann, false, std::nullopt}).position.muted);
}

TEST_P(ConversationLogContract, takes_positions_from_nobody_outside) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const auto team = group(ann);
  const UserId eve = person();
  for (const auto& place : {chat, team}) {
    EXPECT_EQ(refused(place, change::AdvanceRead{eve, std::nullopt}), ErrorCode::not_a_member);
    EXPECT_EQ(refused(place, change::Acknowledge{eve, SessionId{1}, Seq{1}}),
              ErrorCode::not_a_member);
    EXPECT_EQ(refused(place, change::EditSettings{eve, true, {}}), ErrorCode::not_a_member);
  }
  EXPECT_EQ(refused(ConversationId{"group_5"}, change::AdvanceRead{eve, std::nullopt}),
            ErrorCode::not_found);
}

TEST_P(ConversationLogContract, reads_what_was_left_no_further_than_the_leaving) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  send_many(team, ann, 2);
  apply(team, change::Leave{bob});
  send_many(team, ann, 2);
  EXPECT_EQ(of(bob, team).unread(), 2U);
  EXPECT_EQ(apply(team, change::AdvanceRead{bob, std::nullopt}).position.read_seq, Seq{2});
  EXPECT_EQ(of(bob, team).unread(), 0U);
}

TEST_P(ConversationLogContract, counts_nothing_unread_in_the_world_room_before_the_first_mark) {
  const UserId ann = person();
  const UserId bob = person();
  send_many(world_id, ann, 3);
  EXPECT_EQ(of(bob, world_id).unread(), 0U);
  apply(world_id, change::AdvanceRead{bob, Seq{1}});
  EXPECT_EQ(of(bob, world_id).unread(), 2U);
  send(world_id, ann);
  EXPECT_EQ(of(bob, world_id).unread(), 3U);
  EXPECT_EQ(of(ann, world_id).unread(), 0U);
}

TEST_P(ConversationLogContract, moves_a_senders_position_in_the_world_room_if_there_is_one) {
  const UserId ann = person();
  const UserId bob = person();
  send_many(world_id, ann, 3);
  apply(world_id, change::AdvanceRead{bob, Seq{1}});
  send(world_id, bob);
  EXPECT_EQ(of(bob, world_id).unread(), 0U);
}

}  // namespace
}  // namespace gochat::contract
