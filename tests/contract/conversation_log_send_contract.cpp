// What becomes of a message: seq, idempotency, answers of their own, order.
#include <gmock/gmock.h>

#include "contract/conversation_log_contract.hpp"

namespace gochat::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

TEST_P(ConversationLogContract, numbers_the_messages_of_a_conversation_from_one_without_a_gap) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  EXPECT_EQ(send(chat, ann, "1").seq, Seq{1});
  EXPECT_EQ(send(chat, bob, "2").seq, Seq{2});
  EXPECT_EQ(send(chat, ann, "3").seq, Seq{3});
  EXPECT_THAT(texts(chat), ElementsAre("1", "2", "3"));
}

TEST_P(ConversationLogContract, numbers_conversations_apart_within_one_batch) {
  const UserId ann = person();
  const auto first = single(ann, person());
  const auto second = group(ann);
  const auto answers = append({draft(first, ann, "a"), draft(second, ann, "x"),
                               draft(first, ann, "b"), draft(second, ann, "y")});
  EXPECT_EQ(std::get<Stored>(answers[0]).seq, Seq{1});
  EXPECT_EQ(std::get<Stored>(answers[1]).seq, Seq{1});
  EXPECT_EQ(std::get<Stored>(answers[2]).seq, Seq{2});
  EXPECT_EQ(std::get<Stored>(answers[3]).seq, Seq{2});
  EXPECT_THAT(texts(first), ElementsAre("a", "b"));
  EXPECT_THAT(texts(second), ElementsAre("x", "y"));
}

TEST_P(ConversationLogContract, applies_appends_in_the_order_in_which_they_were_called) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  std::vector<std::optional<Stored>> stored(40);
  auto append_later = [](ConversationLog* log, MessageDraft sent, Deadline deadline,
                         std::optional<Stored>* to) -> Task<> {
    LogBatch batch;
    batch.items.emplace_back(std::move(sent));
    const auto answers = co_await log->append(std::move(batch), deadline);
    if (answers) *to = std::get<Stored>(answers->front());
  };
  auto& loop = stores().loop();
  for (std::size_t n = 0; n < stored.size(); ++n) {
    loop.start(append_later(&stores().log(), draft(chat, ann, std::to_string(n)), loop.soon(),
                            &stored[n]));
  }
  loop.run_until([&] { return std::ranges::all_of(stored, [](auto& s) { return s.has_value(); }); },
                 "forty appends");
  for (std::size_t n = 0; n < stored.size(); ++n) EXPECT_EQ(stored[n]->seq, Seq{n + 1});
}

TEST_P(ConversationLogContract, keeps_every_field_of_a_message) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const Stored before = send(chat, ann);
  MessageDraft sent = draft(chat, ann, "http://example.org/\xe4\xbd\xa0\xe5\xa5\xbd.png");
  sent.message.type = MessageType::image;
  sent.message.reply_to = before.id;
  sent.message.client_msg_id = std::string(64, 'c');
  sent.message.content_hash = 0xfedc'ba98'7654'3210;
  const Stored stored = store(sent);
  Message expected = sent.message;
  expected.id = stored.id;
  expected.seq = Seq{2};
  EXPECT_EQ(get(stores().messages().find(stored.id)), expected);
  EXPECT_EQ(newest(chat).messages.back(), expected);
  EXPECT_EQ(get(stores().messages().find_sent(ann, sent.message.client_msg_id)), expected);
}

TEST_P(ConversationLogContract, keeps_content_of_any_bytes_and_length) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const std::string odd = std::string("a\0b", 3) + "\xf0\x9f\x98\x80'\"\\%_\n";
  const std::string full(20'000, 'x');
  send(chat, ann, odd);
  send(chat, ann, full);
  EXPECT_THAT(texts(chat), ElementsAre(odd, full));
}

TEST_P(ConversationLogContract, moves_the_head_with_the_message) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const MessageDraft sent = draft(chat, ann, "the last words");
  const Stored stored = store(sent);
  const Conversation now_head = head(chat);
  EXPECT_EQ(now_head.last_seq, Seq{1});
  EXPECT_EQ(now_head.last_message_id, stored.id);
  EXPECT_EQ(now_head.last_sender, ann);
  EXPECT_EQ(now_head.last_preview, "the last words");
  EXPECT_EQ(now_head.last_message_at, sent.message.sent_at);
}

TEST_P(ConversationLogContract, cuts_the_preview_after_a_hundred_code_points) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  std::string text;
  for (int n = 0; n < 150; ++n) text += "\xe4\xbd\xa0";
  send(chat, ann, text);
  EXPECT_EQ(head(chat).last_preview, text.substr(0, 300));
}

TEST_P(ConversationLogContract, answers_a_repeated_send_with_its_first_row) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const MessageDraft sent = draft(chat, ann, "once");
  const Stored first = store(sent);
  MessageDraft retry = reworded(sent, "once");
  retry.message.sent_at += std::chrono::seconds{5};
  const Stored again = store(retry);
  EXPECT_FALSE(first.duplicate);
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(again.seq, first.seq);
  EXPECT_EQ(again.sent_at, first.sent_at);
  EXPECT_THAT(texts(chat), ElementsAre("once"));
}

TEST_P(ConversationLogContract, knows_a_repeated_send_within_one_batch) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const MessageDraft sent = draft(chat, ann, "once");
  const auto answers = append({sent, reworded(sent, "once"), draft(chat, ann, "next")});
  EXPECT_FALSE(std::get<Stored>(answers[0]).duplicate);
  EXPECT_TRUE(std::get<Stored>(answers[1]).duplicate);
  EXPECT_EQ(std::get<Stored>(answers[1]).seq, Seq{1});
  EXPECT_EQ(std::get<Stored>(answers[2]).seq, Seq{2});
}

TEST_P(ConversationLogContract, refuses_a_client_id_that_comes_with_other_content) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const MessageDraft sent = draft(chat, ann, "yes");
  store(sent);
  EXPECT_EQ(refused(reworded(sent, "no")), ErrorCode::idempotency_conflict);
  EXPECT_THAT(texts(chat), ElementsAre("yes"));
}

TEST_P(ConversationLogContract, refuses_a_client_id_that_comes_for_another_conversation) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const auto other = single(ann, person());
  const MessageDraft sent = draft(chat, ann, "yes");
  store(sent);
  MessageDraft moved = draft(other, ann, "yes");
  moved.message.client_msg_id = sent.message.client_msg_id;
  EXPECT_EQ(refused(moved), ErrorCode::idempotency_conflict);
  EXPECT_THAT(texts(other), IsEmpty());
}

TEST_P(ConversationLogContract, lets_two_senders_use_the_same_client_id) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  const MessageDraft hers = draft(chat, ann, "mine");
  MessageDraft his = draft(chat, bob, "mine");
  his.message.client_msg_id = hers.message.client_msg_id;
  store(hers);
  EXPECT_FALSE(store(his).duplicate);
}

TEST_P(ConversationLogContract, tells_client_ids_apart_to_the_last_byte) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  for (const char* id : {"Abc", "abc", "abc ", " abc", "\xc3\xa4"}) {
    MessageDraft sent = draft(chat, ann, "same");
    sent.message.client_msg_id = id;
    EXPECT_FALSE(store(sent).duplicate) << '"' << id << '"';
  }
}

TEST_P(ConversationLogContract, knows_a_repeated_send_after_thousands_of_others) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const MessageDraft sent = draft(chat, ann, "long ago");
  const Stored first = store(sent);
  for (int round = 0; round < 30; ++round) send_many(chat, ann, 100);
  const Stored again = store(reworded(sent, "long ago"));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.id, first.id);
  EXPECT_EQ(refused(reworded(sent, "not so")), ErrorCode::idempotency_conflict);
  EXPECT_EQ(head(chat).last_seq, Seq{3'001});
}

TEST_P(ConversationLogContract, answers_a_repeated_send_whatever_its_sender_may_do_by_now) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  const MessageDraft sent = draft(team, bob, "before I go");
  const Stored first = store(sent);
  apply(team, change::Leave{bob});
  EXPECT_EQ(store(reworded(sent, "before I go")).seq, first.seq);
  EXPECT_EQ(refused(reworded(sent, "after")), ErrorCode::idempotency_conflict);
}

TEST_P(ConversationLogContract, gives_another_id_to_a_message_whose_id_is_taken) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  MessageDraft first = draft(chat, ann, "first");
  MessageDraft second = draft(chat, ann, "second");
  second.message.id = first.message.id;
  const Stored one = store(first);
  const Stored two = store(second);
  EXPECT_NE(one.id, two.id);
  EXPECT_EQ(get(stores().messages().find(one.id)).content, "first");
  EXPECT_EQ(get(stores().messages().find(two.id)).content, "second");
}

TEST_P(ConversationLogContract, answers_each_item_of_a_batch_by_itself) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  const MessageDraft known = draft(team, ann, "known");
  store(known);
  const auto answers =
      append({draft(team, ann, "good"), draft(team, person(), "stranger"),
              draft(ConversationId{"group_999"}, ann, "nowhere"), reworded(known, "known"),
              reworded(known, "conflict"), change(team, change::SetRole{bob, ann, Role::member}),
              change(team, change::AdvanceRead{bob, std::nullopt}), draft(team, bob, "good too")});
  EXPECT_EQ(std::get<Stored>(answers[0]).seq, Seq{2});
  EXPECT_EQ(std::get<Error>(answers[1]).code, ErrorCode::not_a_member);
  EXPECT_EQ(std::get<Error>(answers[2]).code, ErrorCode::not_found);
  EXPECT_TRUE(std::get<Stored>(answers[3]).duplicate);
  EXPECT_EQ(std::get<Error>(answers[4]).code, ErrorCode::idempotency_conflict);
  EXPECT_EQ(std::get<Error>(answers[5]).code, ErrorCode::forbidden);
  EXPECT_EQ(std::get<Changed>(answers[6]).position.read_seq, Seq{2});
  EXPECT_EQ(std::get<Stored>(answers[7]).seq, Seq{3});
  EXPECT_THAT(texts(team), ElementsAre("known", "good", "good too"));
}

TEST_P(ConversationLogContract, answers_an_empty_batch_with_nothing) {
  EXPECT_THAT(append({}), IsEmpty());
}

TEST_P(ConversationLogContract, has_the_world_room_from_the_start) {
  const UserId ann = person();
  EXPECT_EQ(send(world_id, ann, "hello, world").seq, Seq{1});
  EXPECT_EQ(head(world_id).kind, ConversationKind::world);
  EXPECT_THAT(texts(world_id), ElementsAre("hello, world"));
}

}  // namespace
}  // namespace gochat::contract
