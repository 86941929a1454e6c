// Who may write: judged by the rows in force at the message's seq.
#include <gmock/gmock.h>

#include "contract/conversation_log_contract.hpp"

namespace gochat::contract {
namespace {

using ::testing::ElementsAre;
using namespace std::chrono_literals;

TEST_P(ConversationLogContract, takes_logics_word_while_the_version_it_judged_by_is_in_force) {
  const UserId ann = person();
  const auto team = group(ann);
  MessageDraft sent = draft(team, person(), "judged already");
  sent.doubt = false;
  sent.judged_by = head(team).member_version;
  EXPECT_EQ(store(sent).seq, Seq{1});
}

TEST_P(ConversationLogContract, judges_again_when_the_version_has_moved) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  MessageDraft late = draft(team, bob, "too late");
  late.doubt = false;
  late.judged_by = head(team).member_version;
  MessageDraft fine = draft(team, ann, "still here");
  fine.doubt = false;
  fine.judged_by = late.judged_by;
  apply(team, change::RemoveMember{ann, bob});
  EXPECT_EQ(refused(late), ErrorCode::not_a_member);
  EXPECT_EQ(store(fine).seq, Seq{1});
}

TEST_P(ConversationLogContract, judges_what_logic_doubts) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann);
  MessageDraft early = draft(team, bob, "let me in");
  early.judged_by = head(team).member_version;
  EXPECT_EQ(refused(early), ErrorCode::not_a_member);
  apply(team, change::Join{bob});
  EXPECT_EQ(store(draft(team, bob, "I am in")).seq, Seq{1});
}

TEST_P(ConversationLogContract, judges_by_the_members_at_the_messages_place_in_the_batch) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  const auto answers =
      append({draft(team, bob, "here"), change(team, change::Leave{bob}), draft(team, bob, "gone"),
              change(team, change::Join{bob}), draft(team, bob, "back")});
  EXPECT_EQ(std::get<Stored>(answers[0]).seq, Seq{1});
  EXPECT_EQ(std::get<Error>(answers[2]).code, ErrorCode::not_a_member);
  EXPECT_EQ(std::get<Stored>(answers[4]).seq, Seq{2});
  EXPECT_THAT(texts(team), ElementsAre("here", "back"));
}

TEST_P(ConversationLogContract, answers_the_member_version_in_force) {
  const UserId ann = person();
  const auto team = group(ann);
  const Stored before = send(team, ann);
  EXPECT_EQ(before.members, head(team).member_version);
  apply(team, change::Join{person()});
  const Stored after = send(team, ann);
  EXPECT_GT(after.members, before.members);
  EXPECT_EQ(after.members, head(team).member_version);
}

TEST_P(ConversationLogContract, refuses_a_conversation_that_nobody_opened) {
  const UserId ann = person();
  EXPECT_EQ(refused(draft(single_id(ann, person()), ann, "?")), ErrorCode::not_found);
  EXPECT_EQ(refused(draft(ConversationId{"group_77"}, ann, "?")), ErrorCode::not_found);
}

TEST_P(ConversationLogContract, refuses_a_third_one_in_a_single_chat) {
  const auto chat = single(person(), person());
  EXPECT_EQ(refused(draft(chat, person(), "?")), ErrorCode::not_a_member);
}

TEST_P(ConversationLogContract, refuses_both_of_a_pair_while_either_blocks) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  get(stores().relations().set_block(ann, bob, true, now()));
  EXPECT_EQ(refused(draft(chat, ann, "?")), ErrorCode::blocked);
  EXPECT_EQ(refused(draft(chat, bob, "?")), ErrorCode::blocked);
  get(stores().relations().set_block(ann, bob, false, now()));
  EXPECT_EQ(send(chat, bob).seq, Seq{1});
}

TEST_P(ConversationLogContract, raises_the_version_of_a_pair_with_a_block) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  MessageDraft sent = draft(chat, bob, "judged before the block");
  sent.doubt = false;
  sent.judged_by = head(chat).member_version;
  get(stores().relations().set_block(ann, bob, true, now()));
  EXPECT_EQ(refused(sent), ErrorCode::blocked);
}

TEST_P(ConversationLogContract, refuses_the_muted_until_their_time_has_come) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  apply(team, change::Mute{ann, bob, now() + 1h});
  EXPECT_EQ(refused(draft(team, bob, "?")), ErrorCode::muted);
  apply(team, change::Mute{ann, bob, now() - 1s});
  EXPECT_EQ(send(team, bob).seq, Seq{1});
}

TEST_P(ConversationLogContract, refuses_a_disabled_sender) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  get(stores().users().set_status(ann, UserStatus::disabled, now()));
  const Error error = refusal(draft(chat, ann, "?"));
  EXPECT_NE(error.code, ErrorCode::ok);
  EXPECT_FALSE(error.retryable());
  EXPECT_EQ(head(chat).last_seq, Seq{0});
}

TEST_P(ConversationLogContract,
       refuses_a_disabled_sender_where_the_conversation_is_opened_at_once) {
  const UserId ann = person();
  const UserId bob = person();
  get(stores().users().set_status(ann, UserStatus::disabled, now()));
  LogBatch batch;
  batch.items.emplace_back(
      Change{single_id(ann, bob), change::OpenSingle{.a = bob, .b = ann}, now()});
  MessageDraft sent = draft(single_id(ann, bob), ann, "?");
  sent.doubt = true;
  batch.items.emplace_back(sent);
  const auto answers = get(stores().log().append(std::move(batch), stores().loop().soon()));
  ASSERT_EQ(answers.size(), 2U);
  EXPECT_TRUE(std::holds_alternative<Changed>(answers[0]));
  EXPECT_TRUE(std::holds_alternative<Error>(answers[1]));
  EXPECT_EQ(head(single_id(ann, bob)).last_seq, Seq{0});
}

TEST_P(ConversationLogContract, fences_off_who_does_not_know_that_a_lane_has_a_new_owner) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  auto& log = stores().log();
  const auto mine = get(log.raise_fence("lane", 3));
  const auto others = get(log.raise_fence("lane", 3));
  EXPECT_GT(others, mine);
  const MessageDraft sent = draft(chat, ann, "from a zombie");
  const auto with_fence = [&](std::int32_t partition, std::uint64_t fence) {
    LogBatch batch;
    batch.items.emplace_back(sent);
    batch.fence = LaneFence{"lane", partition, fence};
    return code(log.append(std::move(batch), stores().loop().soon()));
  };
  EXPECT_EQ(with_fence(3, mine), ErrorCode::fenced);
  EXPECT_EQ(head(chat).last_seq, Seq{0});
  EXPECT_EQ(with_fence(3, others), ErrorCode::ok);
  EXPECT_EQ(head(chat).last_seq, Seq{1});
}

TEST_P(ConversationLogContract, fences_each_lane_by_itself) {
  auto& log = stores().log();
  const auto first = get(log.raise_fence("lane", 1));
  get(log.raise_fence("lane", 2));
  get(log.raise_fence("other", 1));
  LogBatch batch;
  batch.fence = LaneFence{"lane", 1, first};
  EXPECT_EQ(code(log.append(std::move(batch), stores().loop().soon())), ErrorCode::ok);
}

}  // namespace
}  // namespace gochat::contract
