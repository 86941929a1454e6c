#include "gateway/list_walk.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "async/drive.hpp"
#include "gateway/testing/told_history.hpp"

namespace gochat::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

// When something was said in each conversation; newest last.
class TalkedIn final : public ToldHistory {
 public:
  Task<Result<History>> history(Caller, HistoryQuery query) override {
    ++looks;
    const auto& times = said[query.conversation];
    const std::size_t end = query.before ? query.before->number() - 1 : times.size();
    const std::size_t from = end > query.limit ? end - query.limit : 0;
    History page;
    for (std::size_t n = from; n < end; ++n) {
      ShownMessage shown;
      shown.message.seq = Seq{n + 1};
      shown.message.sent_at = times[n];
      page.messages.push_back(std::move(shown));
    }
    page.from_seq = Seq{from + 1};
    page.has_more = from > 0;
    co_return page;
  }

  std::map<ConversationId, std::vector<WallTime>> said;
  int looks = 0;
};

class ListWalkTest : public testing::Test {
 protected:
  void say(const std::string& id, std::int64_t at) {
    talked.said[ConversationId{id}].push_back(wall_time(at));
  }
  // Made at 1 ms, or later.
  void make(const std::string& id, std::int64_t at) { made[ConversationId{id}] = wall_time(at); }
  std::vector<ListedConversation> listed() {
    std::vector<ListedConversation> all;
    for (const auto& [id, times] : talked.said) {
      ListedConversation one;
      one.conversation.head.id = id;
      one.conversation.head.kind = *kind_of(id);
      one.conversation.head.last_message_at = times.back();
      one.conversation.head.created_at = made.contains(id) ? made[id] : wall_time(1);
      all.push_back(std::move(one));
    }
    return all;
  }
  // The ids of the next page.
  std::vector<std::string> turn(std::size_t limit) {
    std::optional<ListWalk> walk;
    if (!cursor.empty()) walk = *parse_list_cursor(cursor);
    WalkedList list{listed(), std::move(walk)};
    boost::asio::io_context loop;
    EXPECT_TRUE(drive(loop, list.find_places(talked, {})));
    auto page = std::move(list).page(limit);
    cursor = page.next;
    std::vector<std::string> ids;
    for (const auto& row : page.rows) ids.push_back(row.conversation.head.id.text());
    return ids;
  }

  TalkedIn talked;
  std::map<ConversationId, WallTime> made;
  std::string cursor;
};

TEST_F(ListWalkTest, shows_the_list_in_pages_and_ends) {
  say("world", 1);
  for (int n = 1; n <= 4; ++n) say("group_" + std::to_string(n), 100 - n);
  EXPECT_THAT(turn(2), ElementsAre("world", "group_1"));
  EXPECT_THAT(turn(2), ElementsAre("group_2", "group_3"));
  EXPECT_THAT(turn(2), ElementsAre("group_4"));
  EXPECT_EQ(cursor, "");
  EXPECT_EQ(talked.looks, 0) << "nothing has moved";
}

TEST_F(ListWalkTest, a_page_that_is_exactly_full_is_the_last) {
  say("group_1", 5);
  say("group_2", 4);
  EXPECT_THAT(turn(2), ElementsAre("group_1", "group_2"));
  EXPECT_EQ(cursor, "");
}

TEST_F(ListWalkTest, goes_on_behind_the_world_room) {
  say("world", 1);
  say("group_1", 50);
  EXPECT_THAT(turn(1), ElementsAre("world"));
  say("world", 90);
  EXPECT_THAT(turn(1), ElementsAre("group_1"));
}

TEST_F(ListWalkTest, what_moves_between_pages_is_shown_once) {
  for (int n = 1; n <= 6; ++n) say("group_" + std::to_string(n), 100 - n);
  EXPECT_THAT(turn(2), ElementsAre("group_1", "group_2"));
  say("group_2", 200);  // shown
  say("group_5", 201);  // not yet
  EXPECT_THAT(turn(2), ElementsAre("group_3", "group_4"));
  say("group_4", 202);
  say("group_6", 203);
  say("group_6", 204);
  EXPECT_THAT(turn(2), ElementsAre("group_5", "group_6"));
  EXPECT_EQ(cursor, "");
}

TEST_F(ListWalkTest, what_begins_meanwhile_stands_above_the_walk) {
  say("group_1", 50);
  say("group_2", 49);
  turn(1);
  make("group_3", 60);
  say("group_3", 61);
  EXPECT_THAT(turn(1), ElementsAre("group_2"));
  EXPECT_EQ(cursor, "");
}

TEST_F(ListWalkTest, looks_through_more_than_a_page_of_messages_and_no_further_than_some) {
  say("group_1", 50);
  say("group_2", 49);
  say("group_3", 48);
  turn(1);
  for (std::size_t n = 0; n < 250; ++n) say("group_2", 1'000);
  for (std::size_t n = 0; n <= WalkedList::looked_through_max * WalkedList::looks_max; ++n) {
    say("group_3", 1'000);
  }
  EXPECT_THAT(turn(5), ElementsAre("group_2"));
}

TEST_F(ListWalkTest, a_cursor_says_what_it_was_made_of) {
  const ListWalk walk{wall_time(1'750'000'000'123),
                      {false, wall_time(7), ConversationId{"group_5"}}};
  EXPECT_EQ(*parse_list_cursor(cursor_text(walk)), walk);
}

TEST_F(ListWalkTest, other_texts_are_no_cursors) {
  for (const char* text : {"", "5", "1.2", "1.2.", "1.2.nobody", "x.2.world", "1..world",
                           "1.2.3.world", "99999999999999999999.2.world"}) {
    EXPECT_EQ(parse_list_cursor(text).code(), ErrorCode::invalid_params) << text;
  }
}

}  // namespace
}  // namespace gochat::gateway
