#include "logic/visible_page.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace gochat::logic {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

MessagePage page(std::uint64_t from, std::uint64_t to, bool has_more = false) {
  MessagePage made;
  for (std::uint64_t seq = from; seq <= to; ++seq) {
    Message message;
    message.seq = Seq{seq};
    message.content = std::to_string(seq);
    made.messages.push_back(std::move(message));
  }
  made.from_seq = Seq{from};
  made.up_to_seq = Seq{to};
  made.has_more = has_more;
  return made;
}

std::vector<std::uint64_t> seqs(const VisiblePage& shown) {
  std::vector<std::uint64_t> numbers;
  for (const Message& message : shown.messages) numbers.push_back(message.seq.number());
  return numbers;
}

HistoryQuery after(std::uint64_t seq) {
  HistoryQuery query;
  query.after = Seq{seq};
  return query;
}
HistoryQuery before(std::uint64_t seq) {
  HistoryQuery query;
  query.before = Seq{seq};
  return query;
}

constexpr Window all{Seq{0}, Seq{20}};
constexpr Window stint{Seq{5}, Seq{12}};  // joined after 5, left after 12

TEST(VisiblePage, gives_what_the_store_gives_to_somebody_who_was_always_there) {
  const auto shown = visible_page(all, after(3), page(4, 8, true));
  EXPECT_THAT(seqs(shown), ElementsAre(4, 5, 6, 7, 8));
  EXPECT_THAT(shown.voids, IsEmpty());
  EXPECT_EQ(shown.from_seq, Seq{4});
  EXPECT_EQ(shown.up_to_seq, Seq{8});
  EXPECT_TRUE(shown.has_more);
}

TEST(VisiblePage, begins_where_somebody_joined_and_calls_the_rest_void) {
  ASSERT_EQ(store_query(stint, after(0))->after, Seq{5});
  const auto shown = visible_page(stint, after(0), page(6, 9, true));
  EXPECT_THAT(seqs(shown), ElementsAre(6, 7, 8, 9));
  EXPECT_THAT(shown.voids, ElementsAre(SeqRange{Seq{1}, Seq{5}}));
  EXPECT_TRUE(shown.has_more);
}

TEST(VisiblePage, ends_where_somebody_left) {
  const auto shown = visible_page(stint, after(9), page(10, 15, true));
  EXPECT_THAT(seqs(shown), ElementsAre(10, 11, 12));
  EXPECT_EQ(shown.up_to_seq, Seq{12});
  EXPECT_FALSE(shown.has_more);
}

TEST(VisiblePage, asks_the_store_for_nothing_behind_the_end) {
  EXPECT_FALSE(store_query(stint, after(12)));
  EXPECT_FALSE(store_query(stint, after(99)));
  const auto shown = visible_page(stint, after(99), std::nullopt);
  EXPECT_EQ(shown.up_to_seq, Seq{12}) << "a cursor ahead of the head is told where the head is";
  EXPECT_FALSE(shown.has_more);
  EXPECT_THAT(shown.voids, IsEmpty());
}

TEST(VisiblePage, is_all_void_for_somebody_who_just_joined) {
  constexpr Window fresh{Seq{20}, Seq{20}};
  EXPECT_FALSE(store_query(fresh, after(3)));
  const auto shown = visible_page(fresh, after(3), std::nullopt);
  EXPECT_THAT(shown.voids, ElementsAre(SeqRange{Seq{4}, Seq{20}}));
  EXPECT_EQ(shown.up_to_seq, Seq{20});
}

TEST(VisiblePage, asks_for_the_newest_that_one_may_see) {
  EXPECT_EQ(store_query(stint, {})->before, Seq{13});
  EXPECT_EQ(store_query(stint, before(9))->before, Seq{9});
  EXPECT_EQ(store_query(stint, before(99))->before, Seq{13});
}

TEST(VisiblePage, cuts_a_page_at_its_low_end) {
  const auto shown = visible_page(stint, {}, page(3, 12, true));
  EXPECT_THAT(seqs(shown), ElementsAre(6, 7, 8, 9, 10, 11, 12));
  EXPECT_THAT(shown.voids, ElementsAre(SeqRange{Seq{1}, Seq{5}}));
  EXPECT_EQ(shown.from_seq, Seq{1});
  EXPECT_FALSE(shown.has_more);
}

TEST(VisiblePage, says_when_there_is_more_below) {
  const auto shown = visible_page(stint, {}, page(8, 12, true));
  EXPECT_EQ(shown.from_seq, Seq{8});
  EXPECT_TRUE(shown.has_more);
  EXPECT_THAT(shown.voids, IsEmpty());
  EXPECT_FALSE(visible_page(all, before(4), page(1, 3)).has_more);
}

TEST(VisiblePage, below_ones_stint_is_void_without_asking) {
  EXPECT_FALSE(store_query(stint, before(4)));
  const auto shown = visible_page(stint, before(4), std::nullopt);
  EXPECT_THAT(shown.voids, ElementsAre(SeqRange{Seq{1}, Seq{3}}));
  EXPECT_EQ(shown.up_to_seq, Seq{3});
  EXPECT_FALSE(shown.has_more);
}

TEST(VisiblePage, of_an_empty_conversation_is_empty) {
  constexpr Window empty{Seq{0}, Seq{0}};
  EXPECT_FALSE(store_query(empty, {}));
  const auto shown = visible_page(empty, {}, std::nullopt);
  EXPECT_EQ(shown.from_seq, Seq{0});
  EXPECT_EQ(shown.up_to_seq, Seq{0});
  EXPECT_FALSE(shown.has_more);
}

TEST(VisiblePage, keeps_the_stores_voids_inside_the_window) {
  auto read = page(6, 15, true);
  read.voids = {{Seq{4}, Seq{6}}, {Seq{8}, Seq{8}}, {Seq{12}, Seq{14}}, {Seq{15}, Seq{15}}};
  const auto shown = visible_page(stint, after(5), std::move(read));
  EXPECT_THAT(shown.voids, ElementsAre(SeqRange{Seq{6}, Seq{6}}, SeqRange{Seq{8}, Seq{8}},
                                       SeqRange{Seq{12}, Seq{12}}));
}

TEST(VisiblePage, keeps_the_place_of_a_recalled_message_and_drops_its_content) {
  auto read = page(1, 2);
  read.messages[0].recalled = true;
  const auto shown = visible_page(all, after(0), std::move(read));
  EXPECT_EQ(shown.messages[0].content, "");
  EXPECT_EQ(shown.messages[1].content, "2");
}

UserConversation member(Seq joined, std::optional<Seq> left) {
  UserConversation own;
  own.head.kind = ConversationKind::group;
  own.head.last_seq = Seq{20};
  own.head.last_event_no = EventNo{9};
  own.membership.emplace();
  own.membership->join_seq = joined;
  own.membership->left_seq = left;
  own.membership->left_event_no = EventNo{left ? 6U : 0U};
  own.group.emplace();
  return own;
}

TEST(Window, of_a_member_begins_at_the_join_unless_the_group_shows_its_past) {
  auto own = member(Seq{5}, std::nullopt);
  EXPECT_EQ(window_of(own).after, Seq{5});
  EXPECT_EQ(window_of(own).last, Seq{20});
  own.group->history_visible = true;
  EXPECT_EQ(window_of(own).after, Seq{0});
}

TEST(Window, of_somebody_who_left_ends_there_also_where_the_past_is_shown) {
  auto own = member(Seq{5}, Seq{12});
  own.group->history_visible = true;
  EXPECT_EQ(window_of(own).after, Seq{0});
  EXPECT_EQ(window_of(own).last, Seq{12});
}

TEST(Window, is_empty_for_a_group_without_a_row) {
  auto own = member(Seq{5}, std::nullopt);
  own.membership.reset();
  EXPECT_FALSE(window_of(own).contains(Seq{20}));
}

TEST(SeesEvent, between_joining_and_leaving) {
  const auto own = member(Seq{5}, Seq{12});
  ConversationEvent event;
  event.no = EventNo{3};
  event.at_seq = Seq{4};
  EXPECT_FALSE(sees_event(own, event)) << "before they came";
  event.at_seq = Seq{5};
  EXPECT_TRUE(sees_event(own, event));
  event.no = EventNo{6};
  EXPECT_TRUE(sees_event(own, event)) << "their own leaving";
  event.no = EventNo{7};
  EXPECT_FALSE(sees_event(own, event));
}

}  // namespace
}  // namespace gochat::logic
