#include <gmock/gmock.h>

#include <algorithm>

#include "contract/message_store_contract.hpp"

namespace gochat::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

// What every page promises: ascending, and every seq of its range is a message or in its voids.
void expect_complete(const MessagePage& page) {
  std::vector<std::uint64_t> covered = seqs_of(page);
  EXPECT_TRUE(std::ranges::is_sorted(covered));
  for (const SeqRange& range : page.voids) {
    for (std::uint64_t seq = range.from.number(); seq <= range.to.number(); ++seq) {
      covered.push_back(seq);
    }
  }
  std::ranges::sort(covered);
  std::vector<std::uint64_t> range;
  for (std::uint64_t seq = page.from_seq.number(); seq <= page.up_to_seq.number(); ++seq) {
    if (seq != 0) range.push_back(seq);
  }
  EXPECT_EQ(covered, range);
}

TEST_P(MessageStoreContract, gives_the_newest_ascending) {
  send_many(chat_, sender_, 10);
  const MessagePage page = newest(chat_, 3);
  EXPECT_THAT(seqs_of(page), ElementsAre(8, 9, 10));
  EXPECT_TRUE(page.has_more);
  EXPECT_EQ(page.last_seq, Seq{10});
  expect_complete(page);
}

TEST_P(MessageStoreContract, gives_what_comes_after_a_seq) {
  send_many(chat_, sender_, 10);
  const MessagePage page = after(4, 3);
  EXPECT_THAT(seqs_of(page), ElementsAre(5, 6, 7));
  EXPECT_TRUE(page.has_more);
  expect_complete(page);
}

TEST_P(MessageStoreContract, gives_what_comes_before_a_seq) {
  send_many(chat_, sender_, 10);
  const MessagePage page = before(4, 2);
  EXPECT_THAT(seqs_of(page), ElementsAre(2, 3));
  EXPECT_TRUE(page.has_more);
  expect_complete(page);
}

TEST_P(MessageStoreContract, says_when_an_end_is_reached) {
  send_many(chat_, sender_, 4);
  const MessagePage last = after(2, 2);
  EXPECT_THAT(seqs_of(last), ElementsAre(3, 4));
  EXPECT_FALSE(last.has_more);
  const MessagePage first = before(3, 2);
  EXPECT_THAT(seqs_of(first), ElementsAre(1, 2));
  EXPECT_FALSE(first.has_more);
  EXPECT_FALSE(newest(chat_, 4).has_more);
}

TEST_P(MessageStoreContract, has_nothing_of_an_empty_conversation) {
  for (const MessagePage& page : {newest(chat_), after(0, 10), before(10, 10)}) {
    EXPECT_THAT(page.messages, IsEmpty());
    EXPECT_FALSE(page.has_more);
    EXPECT_EQ(page.last_seq, Seq{0});
    expect_complete(page);
  }
}

TEST_P(MessageStoreContract, has_nothing_beyond_either_end) {
  send_many(chat_, sender_, 3);
  for (const MessagePage& page : {after(3, 10), after(99, 10), before(1, 10)}) {
    EXPECT_THAT(page.messages, IsEmpty());
    EXPECT_FALSE(page.has_more);
    EXPECT_EQ(page.last_seq, Seq{3});
    expect_complete(page);
  }
}

TEST_P(MessageStoreContract, reads_a_seq_above_the_head_as_the_head) {
  send_many(chat_, sender_, 3);
  EXPECT_THAT(seqs_of(before(99, 2)), ElementsAre(2, 3));
}

TEST_P(MessageStoreContract, cuts_a_page_at_its_far_end_when_the_bytes_are_used_up) {
  for (int n = 0; n < 6; ++n) send(chat_, sender_, std::string(10'000, 'x'));
  const MessagePage up = after(0, 100, 35'000);
  EXPECT_THAT(seqs_of(up), ElementsAre(1, 2, 3));
  EXPECT_TRUE(up.has_more);
  expect_complete(up);
  const MessagePage down = before(7, 100, 35'000);
  EXPECT_THAT(seqs_of(down), ElementsAre(4, 5, 6));
  EXPECT_TRUE(down.has_more);
  expect_complete(down);
}

TEST_P(MessageStoreContract, gives_one_message_however_few_the_bytes_are) {
  for (int n = 0; n < 2; ++n) send(chat_, sender_, std::string(10'000, 'x'));
  EXPECT_THAT(seqs_of(after(0, 10, 1)), ElementsAre(1));
  EXPECT_THAT(seqs_of(before(3, 10, 1)), ElementsAre(2));
}

TEST_P(MessageStoreContract, leads_through_a_long_conversation_in_either_direction) {
  constexpr int count = 777;
  for (int n = 0; n < count; n += 111) send_many(chat_, sender_, 111);
  std::vector<std::uint64_t> up;
  for (MessagePage page = after(0, 50);; page = after(page.up_to_seq.number(), 50)) {
    std::ranges::copy(seqs_of(page), std::back_inserter(up));
    if (!page.has_more) break;
  }
  std::vector<std::uint64_t> down;
  for (MessagePage page = newest(chat_, 50);; page = before(page.from_seq.number(), 50)) {
    const auto seqs = seqs_of(page);
    down.insert(down.begin(), seqs.begin(), seqs.end());
    if (!page.has_more) break;
  }
  EXPECT_EQ(up.size(), static_cast<std::size_t>(count));
  EXPECT_EQ(up, down);
  EXPECT_EQ(up.front(), 1U);
  EXPECT_EQ(up.back(), static_cast<std::uint64_t>(count));
}

TEST_P(MessageStoreContract, shows_the_head_and_the_events_of_the_same_moment) {
  const auto team = group(sender_, {person()});
  send_many(team, sender_, 2);
  const MessagePage page = newest(team);
  EXPECT_EQ(page.last_seq, head(team).last_seq);
  EXPECT_EQ(page.last_event_no, head(team).last_event_no);
}

TEST_P(MessageStoreContract, sees_at_once_what_was_stored) {
  for (int n = 1; n <= 50; ++n) {
    const Stored sent = send(chat_, sender_, std::to_string(n));
    EXPECT_EQ(newest(chat_, 1).messages.back().id, sent.id);
    EXPECT_EQ(get(stores().messages().find(sent.id)).seq, sent.seq);
  }
}

TEST_P(MessageStoreContract, finds_by_id_and_by_client_id) {
  const MessageDraft sent = draft(chat_, sender_, "here");
  const Stored stored = store(sent);
  auto& messages = stores().messages();
  EXPECT_EQ(get(messages.find(stored.id)).content, "here");
  EXPECT_EQ(get(messages.find_sent(sender_, sent.message.client_msg_id))->seq, stored.seq);
  EXPECT_EQ(get(messages.find_sent(sender_, "never sent")), std::nullopt);
  EXPECT_EQ(get(messages.find_sent(person(), sent.message.client_msg_id)), std::nullopt);
  EXPECT_EQ(code(messages.find(MessageId{1})), ErrorCode::not_found);
}

TEST_P(MessageStoreContract, knows_no_page_of_a_conversation_that_never_was) {
  PageQuery query;
  query.conversation = ConversationId{"group_5"};
  EXPECT_EQ(code(stores().messages().page(query)), ErrorCode::not_found);
}

}  // namespace
}  // namespace gochat::contract
