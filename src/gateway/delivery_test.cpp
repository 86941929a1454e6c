#include "gateway/delivery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "gateway/testing/told_history.hpp"

namespace gochat::gateway {
namespace {

const UserId alice{1};
const UserId bob{2};

// The server is never started: what is sent is counted by Delivery and goes nowhere.
class DeliveryTest : public testing::Test {
 protected:
  DeliveryTest() {
    delivery.use(server);
    session = &open(ConnectionId{5}, alice);
    delivery.stand_at(*session, chat, Seq{10});
  }
  Session& open(ConnectionId id, UserId user) {
    auto added = std::make_unique<Session>();
    added->id = id;
    added->caller.user = user;
    return sessions.add(std::move(added));
  }
  void take(std::uint64_t seq, Delivery::Kind kind = Delivery::Kind::push) {
    delivery.take(*session, chat, Seq{seq}, net::EncodedFrame::text("x"), kind);
    run();
  }
  void run() {
    loop.restart();
    while (loop.poll() > 0) {
    }
  }
  Seq sent() { return session->entries.at(chat).sent; }
  std::uint64_t delivered() const { return delivery.counts().delivered; }

  boost::asio::io_context loop;
  ManualTimers timers;
  NoOwner owner;
  net::Server server{loop, timers, owner, {}};
  SessionTable sessions;
  ToldHistory history;
  Gate gate{loop.get_executor()};
  ReadMarks reads{sessions, timers};
  Delivery delivery{{sessions, history, timers, gate, reads}, {}};
  Session* session = nullptr;
};

TEST_F(DeliveryTest, sends_the_next_one_and_drops_what_was_sent) {
  delivery.release(*session);
  take(11);
  take(12);
  take(11);
  EXPECT_EQ(sent(), Seq{12});
  EXPECT_EQ(delivered(), 2U);
  EXPECT_EQ(delivery.counts().dropped, 1U);
}

TEST_F(DeliveryTest, holds_what_is_early_and_fills_the_gap_before_it) {
  delivery.release(*session);
  take(14);
  EXPECT_THAT(history.ranges, testing::ElementsAre(SeqRange{Seq{11}, Seq{13}}));
  EXPECT_EQ(sent(), Seq{14});
  EXPECT_EQ(delivered(), 4U);
  EXPECT_EQ(session->held_bytes, 0U);
}

TEST_F(DeliveryTest, asks_on_when_a_long_gap_is_answered_in_part) {
  history.answered_max = 3;
  delivery.release(*session);
  take(20);
  EXPECT_EQ(sent(), Seq{20});
  EXPECT_EQ(delivered(), 10U) << "11 to 19 filled, and 20";
  EXPECT_THAT(history.ranges,
              testing::ElementsAre(SeqRange{Seq{11}, Seq{19}}, SeqRange{Seq{14}, Seq{19}},
                                   SeqRange{Seq{17}, Seq{19}}));
}

TEST_F(DeliveryTest, passes_over_what_is_void_up_to_the_held_one) {
  history.voids = {Seq{11}, Seq{12}, Seq{13}};
  delivery.release(*session);
  take(14);
  EXPECT_EQ(sent(), Seq{14});
  EXPECT_EQ(delivered(), 1U);
}

TEST_F(DeliveryTest, asks_again_until_it_is_answered) {
  history.failures = 2;
  delivery.release(*session);
  take(12);
  EXPECT_EQ(sent(), Seq{10});
  while (timers.advance_to_next()) run();
  EXPECT_EQ(sent(), Seq{12});
  EXPECT_EQ(history.ranges.size(), 3U);
}

TEST_F(DeliveryTest, never_drops_a_receipt) {
  delivery.release(*session);
  take(11);
  take(11, Delivery::Kind::receipt);
  EXPECT_EQ(delivered(), 2U);
  take(13, Delivery::Kind::receipt);
  EXPECT_EQ(sent(), Seq{13});
  EXPECT_EQ(delivery.counts().filled, 1U) << "only 12; the receipt stands for 13";
}

TEST_F(DeliveryTest, does_not_ask_whether_a_receipt_was_read_that_is_held) {
  session->followed = std::make_unique<Followed>();
  session->followed->sends.begin("mine");
  reads.use(server);
  delivery.release(*session);
  history.failures = 1;
  reads.send_answered(*session, "mine");
  take(12, Delivery::Kind::receipt);
  EXPECT_GT(session->held_bytes, 0U);
  timers.advance(ReadMarks::gathered_max);
  EXPECT_TRUE(session->followed->sends.has_answered()) << "nothing was asked that covers it";
  while (session->held_bytes > 0 && timers.advance_to_next()) run();
  timers.advance(2 * ReadMarks::gathered_max);
  EXPECT_FALSE(session->followed->sends.has_answered()) << "asked, once the receipt had left";
}

TEST_F(DeliveryTest, keeps_a_receipt_in_the_place_of_a_push_that_is_held) {
  history.failures = 1;
  delivery.release(*session);
  delivery.take(*session, chat, Seq{12}, net::EncodedFrame::text("push"));
  delivery.take(*session, chat, Seq{12}, net::EncodedFrame::text("a receipt"),
                Delivery::Kind::receipt);
  EXPECT_EQ(session->held_bytes, net::EncodedFrame::text("a receipt").size());
  delivery.take(*session, chat, Seq{12}, net::EncodedFrame::text("push"));
  EXPECT_EQ(session->held_bytes, net::EncodedFrame::text("a receipt").size());
  run();
  while (timers.advance_to_next()) run();
  EXPECT_EQ(sent(), Seq{12});
  EXPECT_EQ(delivered(), 2U) << "11 by history, and the receipt";
  EXPECT_EQ(session->held_bytes, 0U);
}

TEST_F(DeliveryTest, passes_over_what_a_receipt_answers_before_or_after) {
  delivery.release(*session);
  delivery.pass(*session, chat, Seq{11});
  EXPECT_EQ(sent(), Seq{11});
  EXPECT_EQ(delivered(), 0U);
  take(11, Delivery::Kind::receipt);
  EXPECT_EQ(delivered(), 1U);
  take(12, Delivery::Kind::receipt);
  delivery.pass(*session, chat, Seq{12});
  take(13);
  EXPECT_EQ(delivered(), 3U);
  EXPECT_TRUE(history.ranges.empty()) << "own sends leave no gap";
}

TEST_F(DeliveryTest, still_pushes_what_a_receipt_came_ahead_of) {
  const ConversationId fresh{"group_8"};
  delivery.release(*session);
  const auto frame = net::EncodedFrame::text("x");
  delivery.take(*session, fresh, Seq{5}, frame, Delivery::Kind::receipt);
  EXPECT_EQ(delivered(), 1U);
  delivery.take(*session, fresh, Seq{4}, frame);
  EXPECT_EQ(delivered(), 2U);
  delivery.pass(*session, fresh, Seq{5});
  delivery.take(*session, fresh, Seq{6}, frame);
  EXPECT_EQ(delivered(), 3U);
  EXPECT_TRUE(history.ranges.empty());
}

TEST_F(DeliveryTest, collects_until_the_session_is_ready) {
  take(12);
  take(11);
  EXPECT_EQ(delivered(), 0U);
  delivery.release(*session);
  run();
  EXPECT_EQ(sent(), Seq{12});
}

TEST_F(DeliveryTest, asks_anew_for_whoever_began_to_wait_meanwhile) {
  Session& late = open(ConnectionId{6}, bob);
  delivery.stand_at(late, chat, Seq{2});
  delivery.release(*session);
  delivery.release(late);
  history.meanwhile = [&] { delivery.take(late, chat, Seq{9}, net::EncodedFrame::text("x")); };
  take(14);
  EXPECT_THAT(history.ranges,
              testing::ElementsAre(SeqRange{Seq{11}, Seq{13}}, SeqRange{Seq{3}, Seq{8}}));
  EXPECT_EQ(sent(), Seq{14});
  EXPECT_EQ(late.entries.at(chat).sent, Seq{9});
  EXPECT_EQ(delivered(), 4U + 7U);
}

TEST_F(DeliveryTest, holds_what_is_newer_than_what_is_being_drawn) {
  delivery.release(*session);
  delivery.owe(*session, chat, Seq{10}, Seq{10}, Seq{12});
  take(12);
  take(13);
  take(15);
  EXPECT_EQ(delivered(), 0U);
  EXPECT_TRUE(history.ranges.empty()) << "whoever draws asks";
  delivery.draw(*session, history.shown(Seq{11}));
  delivery.draw(*session, history.shown(Seq{12}));
  delivery.drawn(*session, chat, Seq{12});
  run();
  EXPECT_EQ(sent(), Seq{15});
  EXPECT_EQ(delivered(), 5U);
  EXPECT_THAT(history.ranges, testing::ElementsAre(SeqRange{Seq{14}, Seq{14}}));
}

TEST_F(DeliveryTest, puts_a_receipt_at_once_while_it_draws) {
  delivery.release(*session);
  delivery.owe(*session, chat, Seq{10}, Seq{10}, Seq{12});
  take(12, Delivery::Kind::receipt);
  EXPECT_EQ(delivered(), 1U);
  EXPECT_EQ(sent(), Seq{10});
}

TEST_F(DeliveryTest, answers_an_own_send_instead_of_pushing_it) {
  reads.use(server);
  session->followed = std::make_unique<Followed>();
  session->followed->sends.begin("mine");
  delivery.release(*session);
  ShownMessage own = history.shown(Seq{11});
  own.message.sender = alice;
  own.message.client_msg_id = "mine";
  delivery.take_own(*session, own.message);
  EXPECT_EQ(sent(), Seq{11});
  EXPECT_EQ(delivered(), 1U);
  EXPECT_EQ(session->followed->sends.state("mine"), OpenSends::State::answered);
  take(11);
  EXPECT_EQ(delivered(), 1U);
}

}  // namespace
}  // namespace gochat::gateway
