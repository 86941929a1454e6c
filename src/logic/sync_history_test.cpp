#include "logic/sync_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <numeric>

#include "domain/limits.hpp"
#include "logic/testing/ground.hpp"

namespace gochat::logic::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class SyncHistoryTest : public ::testing::Test {
 protected:
  Caller as(UserId user) const { return {user, SessionId{1}, false}; }
  Result<History> history(UserId user, HistoryQuery query) {
    return ground.run(api.messages.history(as(user), std::move(query)));
  }
  HistoryQuery query(const FakeHistory::Room& room) const {
    HistoryQuery asked;
    asked.conversation = room.head.id;
    return asked;
  }
  static std::vector<std::uint64_t> seqs(const History& page) {
    std::vector<std::uint64_t> numbers;
    for (const auto& shown : page.messages) numbers.push_back(shown.message.seq.number());
    return numbers;
  }
  static std::vector<std::uint64_t> numbers(const History& page) {
    std::vector<std::uint64_t> found;
    for (const auto& event : page.events) found.push_back(event.no.number());
    return found;
  }

  Ground ground;
  UserId alice = ground.users.add(1, "alice");
  UserId bob = ground.users.add(2, "bob");
  UserId carol = ground.users.add(3, "carol");
  Logic logic{ground.needs(), {}};
  LogicApi api = logic.api();
};

TEST_F(SyncHistoryTest, gives_the_newest_page_with_the_names_of_the_senders) {
  auto& chat = ground.history.single(alice, bob);
  for (int n = 0; n < 5; ++n) ground.history.say(chat, n % 2 == 0 ? alice : bob, "hello");
  auto asked = query(chat);
  asked.limit = 3;
  const auto page = history(bob, asked);
  ASSERT_TRUE(page);
  EXPECT_THAT(seqs(*page), ElementsAre(3, 4, 5));
  EXPECT_EQ(page->messages[0].sender_name, "alice");
  EXPECT_TRUE(page->has_more);
  EXPECT_EQ(page->from_seq, Seq{3});
  EXPECT_EQ(page->last_seq, Seq{5});
}

TEST_F(SyncHistoryTest, hides_a_conversation_from_strangers_as_if_it_did_not_exist) {
  auto& chat = ground.history.single(alice, bob);
  const auto stranger = history(carol, query(chat));
  HistoryQuery nowhere;
  nowhere.conversation = ConversationId{"group_404"};
  const auto absent = history(carol, nowhere);
  EXPECT_EQ(stranger.code(), ErrorCode::not_found);
  EXPECT_EQ(absent.code(), stranger.code());
  EXPECT_EQ(absent.error().hint, stranger.error().hint);
}

TEST_F(SyncHistoryTest, refuses_pages_of_nothing_and_of_too_much) {
  auto& chat = ground.history.single(alice, bob);
  auto asked = query(chat);
  for (const std::size_t limit : {std::size_t{0}, limits::page_messages_max + 1}) {
    asked.limit = limit;
    EXPECT_EQ(history(alice, asked).code(), ErrorCode::invalid_params);
  }
  asked.limit = limits::page_messages_max;
  EXPECT_TRUE(history(alice, asked));
}

TEST_F(SyncHistoryTest, shows_who_left_what_was_said_until_then_and_nothing_later) {
  auto& room = ground.history.group(9, {alice, bob});
  for (int n = 0; n < 3; ++n) ground.history.say(room, alice, "while bob was in");
  auto& row = ground.history.row(room, bob);
  row.left_seq = room.head.last_seq;
  row.left_event_no = EventNo{0};
  for (int n = 0; n < 3; ++n) ground.history.say(room, alice, "after");
  auto asked = query(room);
  asked.after = Seq{1};
  const auto page = history(bob, asked);
  ASSERT_TRUE(page);
  EXPECT_THAT(seqs(*page), ElementsAre(2, 3));
  EXPECT_EQ(page->last_seq, Seq{3});
  EXPECT_FALSE(page->has_more);
}

TEST_F(SyncHistoryTest, moves_the_event_cursor_past_events_that_are_not_shown) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.happen(room, EventKind::join, alice);
  ground.history.happen(room, EventKind::join, carol);
  ground.history.say(room, alice, "before bob");
  ground.history.row(room, bob).join_seq = Seq{1};
  ground.history.happen(room, EventKind::join, bob);
  auto asked = query(room);
  asked.after = Seq{0};
  asked.after_event = EventNo{0};
  const auto page = history(bob, asked);
  ASSERT_TRUE(page);
  EXPECT_THAT(numbers(*page), ElementsAre(3));
  EXPECT_EQ(page->event_no, EventNo{3});
  EXPECT_THAT(page->messages, IsEmpty());
  EXPECT_FALSE(page->has_more);
}

TEST_F(SyncHistoryTest, goes_on_behind_a_page_of_nothing_but_hidden_events) {
  auto& room = ground.history.group(9, {alice, bob});
  for (int n = 0; n < 5; ++n) ground.history.happen(room, EventKind::role, alice);
  ground.history.say(room, alice, "before bob");
  ground.history.row(room, bob).join_seq = Seq{1};
  ground.history.happen(room, EventKind::join, bob);
  auto asked = query(room);
  asked.after = Seq{1};
  asked.after_event = EventNo{0};
  asked.limit = 3;
  const auto first = history(bob, asked);
  ASSERT_TRUE(first);
  EXPECT_THAT(first->events, IsEmpty());
  EXPECT_TRUE(first->has_more);
  EXPECT_EQ(first->event_no, EventNo{3});
  asked.after_event = first->event_no;
  const auto second = history(bob, asked);
  EXPECT_THAT(numbers(*second), ElementsAre(6));
  EXPECT_FALSE(second->has_more);
}

TEST_F(SyncHistoryTest, binds_messages_and_events_by_one_limit) {
  auto& chat = ground.history.single(alice, bob);
  for (int n = 0; n < 4; ++n) ground.history.say(chat, alice, "hello");
  for (int n = 0; n < 4; ++n) ground.history.happen(chat, EventKind::recall, alice);
  auto asked = query(chat);
  asked.after = Seq{0};
  asked.after_event = EventNo{0};
  asked.limit = 6;
  const auto page = history(bob, asked);
  ASSERT_TRUE(page);
  EXPECT_EQ(page->messages.size(), 4U);
  EXPECT_THAT(numbers(*page), ElementsAre(1, 2));
  EXPECT_EQ(page->event_no, EventNo{2});
  EXPECT_TRUE(page->has_more);
}

TEST_F(SyncHistoryTest, binds_messages_and_events_by_one_number_of_bytes) {
  auto& chat = ground.history.single(alice, bob);
  for (int n = 0; n < 12; ++n) ground.history.say(chat, alice, std::string(20'000, 'x'));
  for (int n = 0; n < 100; ++n) ground.history.happen(chat, EventKind::recall, alice);
  auto asked = query(chat);
  asked.after = Seq{0};
  asked.after_event = EventNo{0};
  asked.limit = 100;
  const auto page = history(bob, asked);
  ASSERT_TRUE(page);
  const std::size_t bytes = page->messages.size() * (20'000 + SyncHistory::message_frame_bytes) +
                            page->events.size() * SyncHistory::event_bytes;
  EXPECT_LE(bytes, limits::page_bytes_max);
  EXPECT_FALSE(page->events.empty());
  EXPECT_TRUE(page->has_more);
}

TEST_F(SyncHistoryTest, pages_through_everything_once_from_any_cursor) {
  auto& chat = ground.history.single(alice, bob);
  for (int n = 0; n < 23; ++n) ground.history.say(chat, alice, "hello");
  for (int n = 0; n < 11; ++n) ground.history.happen(chat, EventKind::recall, alice);
  auto asked = query(chat);
  asked.after = Seq{4};
  asked.after_event = EventNo{2};
  asked.limit = 5;
  std::vector<std::uint64_t> seen;
  std::vector<std::uint64_t> events;
  for (int pages = 0; pages < 20; ++pages) {
    const auto page = history(bob, asked);
    ASSERT_TRUE(page);
    const auto more = seqs(*page);
    seen.insert(seen.end(), more.begin(), more.end());
    const auto happened = numbers(*page);
    events.insert(events.end(), happened.begin(), happened.end());
    asked.after = page->up_to_seq;
    asked.after_event = page->event_no;
    if (!page->has_more) break;
  }
  std::vector<std::uint64_t> expected(19);
  std::iota(expected.begin(), expected.end(), 5U);
  EXPECT_EQ(seen, expected);
  std::vector<std::uint64_t> expected_events(9);
  std::iota(expected_events.begin(), expected_events.end(), 3U);
  EXPECT_EQ(events, expected_events);
}

TEST_F(SyncHistoryTest, tells_a_gateway_who_may_see_which_message_of_a_gap) {
  auto& room = ground.history.group(9, {alice, bob, carol});
  for (int n = 0; n < 4; ++n) ground.history.say(room, alice, "hello");
  ground.history.row(room, bob).left_seq = Seq{2};
  ground.history.row(room, carol).join_seq = Seq{3};
  const auto pulled =
      ground.run(api.messages.pull_for_users(room.head.id, {Seq{2}, Seq{4}}, {carol, bob}));
  ASSERT_TRUE(pulled);
  ASSERT_EQ(pulled->size(), 3U);
  EXPECT_EQ((*pulled)[0].first.message.seq, Seq{2});
  EXPECT_THAT((*pulled)[0].second, ElementsAre(bob));
  EXPECT_THAT((*pulled)[1].second, IsEmpty()) << "listed, so that the gap is known to be whole";
  EXPECT_THAT((*pulled)[2].second, ElementsAre(carol));
}

TEST_F(SyncHistoryTest, uses_the_members_in_force_for_a_gap) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.say(room, alice, "one");
  ASSERT_TRUE(ground.run(api.messages.pull_for_users(room.head.id, {Seq{1}, Seq{1}}, {bob})));
  ground.history.row(room, bob).left_seq = Seq{1};
  room.head.member_version = MemberVersion{2};
  ground.history.say(room, alice, "two");
  const auto pulled =
      ground.run(api.messages.pull_for_users(room.head.id, {Seq{2}, Seq{2}}, {bob}));
  ASSERT_EQ(pulled->size(), 1U);
  EXPECT_THAT((*pulled)[0].second, IsEmpty());
}

TEST_F(SyncHistoryTest, reports_as_news_what_a_cursor_has_not_seen) {
  auto& world = ground.history.world();
  auto& read = ground.history.single(alice, bob);
  auto& unread = ground.history.single(alice, carol);
  auto& left = ground.history.group(9, {alice, bob});
  ground.history.say(read, bob, "old");
  ground.history.say(unread, carol, "old");
  ground.history.say(unread, carol, "new");
  ground.history.row(left, alice).left_seq = Seq{0};
  const auto news = ground.run(api.messages.news(as(alice), {{read.head.id, Seq{1}, EventNo{0}},
                                                             {unread.head.id, Seq{1}, EventNo{0}},
                                                             {world.head.id, Seq{0}, EventNo{0}}}));
  ASSERT_TRUE(news);
  ASSERT_EQ(news->size(), 2U);
  std::vector<ConversationId> ids;
  for (const auto& one : *news) {
    ids.push_back(one.listed.conversation.head.id);
    if (one.left) {
      EXPECT_EQ(ids.back(), left.head.id);
      EXPECT_FALSE(one.known);
    } else {
      EXPECT_TRUE(one.known);
      EXPECT_EQ(one.from.seq, Seq{1});
      EXPECT_EQ(one.listed.peer.username, "carol");
    }
  }
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre(unread.head.id, left.head.id));
}

TEST_F(SyncHistoryTest, clips_a_cursor_from_another_history) {
  ground.history.world();
  auto& chat = ground.history.single(alice, bob);
  ground.history.say(chat, bob, "hello");
  const auto news = ground.run(api.messages.news(
      as(alice), {{chat.head.id, Seq{99}, EventNo{9}}, {world_id, Seq{0}, EventNo{0}}}));
  ASSERT_TRUE(news);
  ASSERT_EQ(news->size(), 1U);
  EXPECT_EQ(news->front().from.seq, Seq{1});
  EXPECT_EQ(news->front().from.event_no, EventNo{0});
}

TEST_F(SyncHistoryTest, recalls_only_what_the_caller_can_see) {
  auto& room = ground.history.group(9, {alice, bob});
  ground.history.say(room, alice, "before bob");
  ground.history.row(room, bob).join_seq = Seq{1};
  const auto id = room.messages[0].id;
  EXPECT_EQ(ground.run(api.messages.recall(as(bob), id)).code(), ErrorCode::not_found);
  EXPECT_EQ(ground.run(api.messages.recall(as(carol), id)).code(), ErrorCode::not_found);
  EXPECT_EQ(ground.run(api.messages.recall(as(alice), MessageId{404})).code(),
            ErrorCode::not_found);
  EXPECT_THAT(ground.history.batches, IsEmpty());
  EXPECT_TRUE(ground.run(api.messages.recall(as(alice), id)));
  EXPECT_EQ(ground.history.batches.size(), 1U);
}

TEST_F(SyncHistoryTest, answers_what_became_of_a_send) {
  auto& chat = ground.history.single(alice, bob);
  ground.history.say(chat, alice, "hello");
  const auto id = chat.messages[0].client_msg_id;
  EXPECT_EQ(ground.run(api.messages.sent(as(alice), id))->seq, Seq{1});
  EXPECT_EQ(ground.run(api.messages.sent(as(bob), id)).code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace gochat::logic::testing
