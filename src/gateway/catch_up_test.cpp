#include "gateway/catch_up.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/drive.hpp"
#include "gateway/repair.hpp"
#include "gateway/testing/kept_tails.hpp"
#include "gateway/testing/told_history.hpp"

namespace gochat::gateway {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

const Caller alice{UserId{1}, SessionId{900}};

// The server is never started: what is sent is counted by Delivery and goes nowhere.
class CatchUpTest : public testing::Test {
 protected:
  CatchUpTest() {
    reads.use(server);
    delivery.use(server);
    catch_up.use(server);
    ListedConversation line;
    line.conversation.head.id = chat;
    line.conversation.head.kind = ConversationKind::group;
    conversations.listed = {line};
    head(8);
  }
  void head(std::uint64_t seq) {
    history.head = Seq{seq};
    conversations.listed.front().conversation.head.last_seq = Seq{seq};
  }
  void left_behind(std::uint64_t got, std::vector<std::string> unanswered = {}) {
    tails_kept.tails.push_back(
        {alice.session, ConnectionId{1}, {{chat, Seq{got}}}, std::move(unanswered)});
  }
  // What its client sent, and somebody stored.
  void stored(std::string client_msg_id, std::uint64_t seq) {
    Message message;
    message.conversation = chat;
    message.sender = alice.user;
    message.client_msg_id = std::move(client_msg_id);
    message.seq = Seq{seq};
    history.stored.push_back(std::move(message));
  }
  Session& admit(std::int64_t id) {
    auto added = std::make_unique<Session>();
    added->id = ConnectionId{id};
    added->caller = alice;
    added->followed = std::make_unique<Followed>();
    return sessions.add(std::move(added));
  }
  Session& open(std::int64_t id) {
    Session& session = admit(id);
    EXPECT_TRUE(drive(loop, timers, catch_up.place(session.id)));
    delivery.release(session);
    catch_up.begin(session);
    run();
    return session;
  }
  void close(Session& session) {
    const auto gone = sessions.remove(session.id);
    tails.closed(*gone, true);
  }
  void run() {
    loop.restart();
    while (loop.poll() > 0) {
    }
  }
  void run_to_the_end() {
    run();
    while (timers.advance_to_next()) run();
  }
  static Seq sent(Session& session) { return session.entries.at(chat).sent; }
  std::uint64_t delivered() const { return delivery.counts().delivered; }

  boost::asio::io_context loop;
  ManualTimers timers;
  StillClock clock;
  NoOwner owner;
  net::Server server{loop, timers, owner, {}};
  SessionTable sessions;
  ToldHistory history;
  ListedConversations conversations;
  KeptTails tails_kept;
  Gate gate{loop.get_executor()};
  ReadMarks reads{sessions, timers};
  RefusedSends refusals;
  Delivery delivery{{sessions, history, timers, gate, reads}, {}};
  Tails tails{{tails_kept, sessions, clock, timers, gate}, {}};
  CatchUp catch_up{
      {history, conversations, sessions, delivery, reads, refusals, tails, timers, gate},
      {},
      128 * 1024};
  Repair repair{{history, conversations, sessions, catch_up, timers, gate}, {}};
};

TEST_F(CatchUpTest, a_first_socket_stands_at_the_heads_and_leaves_that) {
  Session& session = open(2);
  EXPECT_EQ(sent(session), Seq{8});
  EXPECT_EQ(delivered(), 0U);
  ASSERT_TRUE(tails_kept.of(session.id));
  EXPECT_THAT(tails_kept.of(session.id)->got, ElementsAre(std::pair{chat, Seq{8}}));
}

TEST_F(CatchUpTest, the_next_one_is_drawn_what_was_not_read) {
  left_behind(3);
  Session& session = open(2);
  EXPECT_EQ(sent(session), Seq{8});
  EXPECT_EQ(delivered(), 5U);
  EXPECT_THAT(history.asked_after, ElementsAre(Seq{3}));
  EXPECT_EQ(session.entries.at(chat).got, Seq{3}) << "until it says that it read the rest";
}

TEST_F(CatchUpTest, the_newest_are_drawn_of_much) {
  head(1'000);
  left_behind(3);
  open(2);
  EXPECT_EQ(history.asked_after.front(), Seq{800});
  EXPECT_EQ(delivered(), 200U);
}

TEST_F(CatchUpTest, an_answer_is_asked_for_until_it_comes) {
  left_behind(3);
  history.failures = 2;
  Session& session = open(2);
  EXPECT_EQ(sent(session), Seq{3});
  run_to_the_end();
  EXPECT_EQ(sent(session), Seq{8});
  EXPECT_EQ(delivered(), 5U);
}

TEST_F(CatchUpTest, a_place_ahead_of_the_head_is_of_another_history) {
  left_behind(30);
  Session& session = open(2);
  EXPECT_EQ(sent(session), Seq{8});
  EXPECT_EQ(delivered(), 0U);
}

TEST_F(CatchUpTest, a_conversation_that_is_new_is_introduced_and_begins_at_the_join) {
  left_behind(3);
  tails_kept.tails.front().got.clear();
  Membership joined;
  joined.join_seq = Seq{6};
  conversations.listed.front().conversation.membership = joined;
  Session& session = open(2);
  EXPECT_EQ(sent(session), Seq{8});
  EXPECT_EQ(delivered(), 3U) << "the introduction, 7 and 8";
}

TEST_F(CatchUpTest, what_came_before_a_leave_is_drawn_and_then_forgotten) {
  left_behind(3);
  conversations.left = std::exchange(conversations.listed, {});
  Session& session = open(2);
  EXPECT_EQ(delivered(), 5U);
  timers.advance(ReadMarks::gathered_max);
  reads.pong(session, 1);
  close(session);
  run();
  Session& next = open(3);
  EXPECT_THAT(next.entries, IsEmpty());
}

TEST_F(CatchUpTest, an_own_send_is_answered_once_and_not_pushed) {
  left_behind(3, {"mine"});
  stored("mine", 5);
  Session& session = open(2);
  run_to_the_end();
  EXPECT_EQ(sent(session), Seq{8});
  EXPECT_EQ(delivered(), 5U) << "4, 6, 7, 8 and the answer";
  EXPECT_EQ(session.followed->sends.state("mine"), OpenSends::State::answered);
}

TEST_F(CatchUpTest, a_send_that_was_refused_is_answered_with_its_refusal) {
  Session& dead = admit(1);
  dead.followed->sends.begin("mine");
  protocol::Receipt refusal;
  refusal.connection = dead.id;
  refusal.client_msg_id = "mine";
  refusal.code = ErrorCode::muted;
  refusals.refused(refusal, &dead);
  sessions.remove(dead.id);
  left_behind(8, {"mine"});
  Session& session = open(2);
  EXPECT_EQ(session.followed->sends.state("mine"), OpenSends::State::answered)
      << "at once, and not when time is up";
}

TEST_F(CatchUpTest, a_send_that_is_stored_later_is_answered_when_it_is) {
  left_behind(8, {"mine"});
  Session& session = open(2);
  EXPECT_EQ(delivered(), 0U);
  stored("mine", 7);
  run_to_the_end();
  EXPECT_EQ(delivered(), 1U);
  EXPECT_EQ(session.followed->sends.state("mine"), OpenSends::State::answered);
}

TEST_F(CatchUpTest, a_send_that_never_turns_up_ends_in_an_error) {
  left_behind(8, {"lost"});
  Session& session = open(2);
  timers.advance(CatchUpLimits{}.answer_time_max / 2);
  run();
  EXPECT_EQ(session.followed->sends.state("lost"), OpenSends::State::open);
  run_to_the_end();
  EXPECT_EQ(delivered(), 1U);
  EXPECT_EQ(session.followed->sends.state("lost"), OpenSends::State::answered);
}

TEST_F(CatchUpTest, goes_on_from_an_open_socket_that_did_not_say_what_it_read) {
  Session& silent = open(2);
  delivery.take(silent, chat, Seq{9}, net::EncodedFrame::text("x"));
  head(9);
  Session& next = open(3);
  EXPECT_EQ(delivered(), 2U) << "9 on both";
  EXPECT_TRUE(silent.followed->succeeded);
  Session& third = open(4);
  EXPECT_EQ(delivered(), 3U) << "from the second, which did not say so either";
  EXPECT_TRUE(next.followed->succeeded);
  EXPECT_FALSE(third.followed->succeeded);
}

TEST_F(CatchUpTest, a_succeeded_one_leaves_nothing) {
  Session& silent = open(2);
  delivery.take(silent, chat, Seq{9}, net::EncodedFrame::text("x"));
  head(9);
  open(3);
  close(silent);
  run();
  EXPECT_FALSE(tails_kept.of(ConnectionId{2}));
}

TEST_F(CatchUpTest, finds_what_a_socket_left_that_closed_while_it_looked) {
  Session& before = open(2);
  head(9);  // never pushed to it
  tails_kept.meanwhile = [&] { close(before); };
  Session& next = open(3);
  EXPECT_EQ(sent(next), Seq{9});
  EXPECT_EQ(delivered(), 1U);
}

TEST_F(CatchUpTest, who_asks_by_itself_is_drawn_nothing_more) {
  left_behind(3);
  history.failures = 1;
  Session& session = open(2);
  delivery.take(session, chat, Seq{9}, net::EncodedFrame::text("x"));
  EXPECT_EQ(delivered(), 0U);
  catch_up.asks_itself(session);
  EXPECT_EQ(delivered(), 1U) << "9, which was held";
  run_to_the_end();
  EXPECT_EQ(delivered(), 1U);
  EXPECT_TRUE(session.syncs_itself());
  EXPECT_THAT(tails_kept.tails, IsEmpty());
}

TEST_F(CatchUpTest, repair_draws_what_nobody_told) {
  Session& session = open(2);
  drive(loop, timers, repair.run_once());
  head(10);
  drive(loop, timers, repair.run_once());
  run();
  EXPECT_EQ(sent(session), Seq{10});
  EXPECT_EQ(delivered(), 2U);
}

TEST_F(CatchUpTest, repair_looks_closer_only_when_a_mark_has_moved) {
  history.events = 5;
  open(2);
  const int placed = conversations.lists;
  drive(loop, timers, repair.run_once());
  drive(loop, timers, repair.run_once());
  EXPECT_EQ(conversations.lists, placed + 1) << "events explain the difference from then on";
}

TEST_F(CatchUpTest, repair_gives_the_world_room_one_round_to_arrive) {
  ListedConversation world;
  world.conversation.head.id = world_id;
  world.conversation.head.kind = ConversationKind::world;
  world.conversation.head.last_seq = Seq{4};
  conversations.listed.push_back(world);
  Session& session = open(2);
  drive(loop, timers, repair.run_once());
  conversations.listed.back().conversation.head.last_seq = Seq{6};
  drive(loop, timers, repair.run_once());
  EXPECT_FALSE(session.world.drawing());
  drive(loop, timers, repair.run_once());
  EXPECT_EQ(session.world.owed, Seq{6});
}

}  // namespace
}  // namespace gochat::gateway
