#include <gmock/gmock.h>

#include "contract/conversation_log_contract.hpp"
#include "domain/limits.hpp"

namespace gochat::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

TEST_P(ConversationLogContract, blanks_a_recalled_message_in_its_place) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  send(chat, ann, "before");
  const Stored sent = send(chat, ann, "oops");
  send(chat, ann, "after");
  const Changed recalled = apply(chat, change::Recall{ann, sent.id});
  EXPECT_EQ(only_event(recalled).kind, EventKind::recall);
  EXPECT_EQ(only_event(recalled).actor, ann);
  EXPECT_EQ(only_event(recalled).subject, sent.id.number());
  EXPECT_EQ(only_event(recalled).argument, 2);
  EXPECT_EQ(only_event(recalled).at_seq, Seq{3});
  ASSERT_TRUE(recalled.recalled);
  EXPECT_TRUE(recalled.recalled->recalled);
  EXPECT_EQ(recalled.recalled->content, "");
  EXPECT_EQ(recalled.recalled->seq, Seq{2});
  EXPECT_THAT(texts(chat), ElementsAre("before", "", "after"));
  EXPECT_EQ(get(stores().messages().find(sent.id)), *recalled.recalled);
  EXPECT_EQ(newest(chat).messages[1], *recalled.recalled);
}

TEST_P(ConversationLogContract, takes_the_preview_of_a_recalled_last_message_away) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const Stored sent = send(chat, ann, "oops");
  const Changed recalled = apply(chat, change::Recall{ann, sent.id});
  EXPECT_EQ(recalled.head.last_preview, "");
  EXPECT_EQ(head(chat).last_preview, "");
  EXPECT_EQ(head(chat).last_message_id, sent.id);
}

TEST_P(ConversationLogContract, leaves_the_preview_when_an_older_message_is_recalled) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const Stored sent = send(chat, ann, "oops");
  send(chat, ann, "stays");
  apply(chat, change::Recall{ann, sent.id});
  EXPECT_EQ(head(chat).last_preview, "stays");
}

TEST_P(ConversationLogContract, recalls_once) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const Stored sent = send(chat, ann, "oops");
  apply(chat, change::Recall{ann, sent.id});
  const Changed again = apply(chat, change::Recall{ann, sent.id});
  EXPECT_THAT(again.events, IsEmpty());
  ASSERT_TRUE(again.recalled);
  EXPECT_TRUE(again.recalled->recalled);
}

TEST_P(ConversationLogContract, recalls_in_the_batch_that_sends) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const Stored first = send(chat, ann, "first");
  const auto answers =
      append({draft(chat, ann, "second"), change(chat, change::Recall{ann, first.id}),
              draft(chat, ann, "third")});
  EXPECT_TRUE(std::holds_alternative<Changed>(answers[1]));
  EXPECT_THAT(texts(chat), ElementsAre("", "second", "third"));
}

TEST_P(ConversationLogContract, recalls_what_was_stored_long_ago) {
  const UserId ann = person();
  const auto team = group(ann);
  const Stored sent = send(team, ann, "long ago");
  for (int round = 0; round < 10; ++round) send_many(team, ann, 100);
  apply(team, change::Recall{ann, sent.id});
  PageQuery query;
  query.conversation = team;
  query.after = Seq{0};
  query.limit = 1;
  EXPECT_THAT(texts_of(page(query)), ElementsAre(""));
  EXPECT_TRUE(get(stores().messages().find(sent.id)).recalled);
}

TEST_P(ConversationLogContract, still_knows_a_repeated_send_of_a_recalled_message) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const MessageDraft sent = draft(chat, ann, "oops");
  const Stored first = store(sent);
  apply(chat, change::Recall{ann, first.id});
  const Stored again = store(reworded(sent, "oops"));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.seq, first.seq);
  EXPECT_EQ(refused(reworded(sent, "other")), ErrorCode::idempotency_conflict);
  EXPECT_THAT(texts(chat), ElementsAre(""));
}

TEST_P(ConversationLogContract, recalls_own_messages_only_and_in_time) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  const Stored fresh = send(chat, ann);
  MessageDraft old = draft(chat, ann, "old");
  old.message.sent_at = now() - limits::recall_window - 1s;
  const Stored stale = store(old);
  EXPECT_EQ(refused(chat, change::Recall{bob, fresh.id}), ErrorCode::forbidden);
  EXPECT_EQ(refused(chat, change::Recall{ann, stale.id}), ErrorCode::recall_expired);
  EXPECT_THAT(texts(chat), ElementsAre("hello", "old"));
}

TEST_P(ConversationLogContract, lets_a_groups_admins_recall_anything_at_any_time) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  MessageDraft old = draft(team, bob, "old");
  old.message.sent_at = now() - 24h;
  const Stored stale = store(old);
  EXPECT_EQ(only_event(apply(team, change::Recall{ann, stale.id})).actor, ann);
}

TEST_P(ConversationLogContract, finds_no_message_to_recall_elsewhere) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const auto other = single(ann, person());
  const Stored sent = send(chat, ann);
  EXPECT_EQ(refused(other, change::Recall{ann, sent.id}), ErrorCode::not_found);
  EXPECT_EQ(refused(chat, change::Recall{ann, MessageId{1}}), ErrorCode::not_found);
  EXPECT_EQ(refused(chat, change::Recall{person(), sent.id}), ErrorCode::not_a_member);
}

}  // namespace
}  // namespace gochat::contract
