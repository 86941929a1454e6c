#include "gateway/delivery.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace gochat::gateway {
namespace {

const ConversationId chat{"group_7"};
const UserId alice{1};

// History as logic tells it: seqs that exist, at most `answered_max` at a time.
class History final : public MessageApi {
 public:
  using Pulled = Result<std::vector<std::pair<ShownMessage, std::vector<UserId>>>>;

  Task<Pulled> pull_for_users(ConversationId, SeqRange range, std::vector<UserId> users) override {
    ranges.push_back(range);
    if (failures > 0) {
      --failures;
      co_return failed(ErrorCode::unavailable, "away");
    }
    std::vector<std::pair<ShownMessage, std::vector<UserId>>> pulled;
    for (Seq seq = range.from; seq <= range.to && pulled.size() < answered_max; seq = next(seq)) {
      if (std::ranges::find(voids, seq) != voids.end()) continue;
      ShownMessage shown;
      shown.message.conversation = chat;
      shown.message.seq = seq;
      pulled.emplace_back(std::move(shown), users);
    }
    co_return pulled;
  }
  Task<Result<gochat::History>> history(Caller, HistoryQuery) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId>) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<std::vector<SyncedConversation>>> news(Caller, std::vector<SyncCursor>) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<void>> recall(Caller, MessageId) override { co_return ErrorCode::not_implemented; }
  Task<Result<Message>> sent(Caller, std::string) override { co_return ErrorCode::not_implemented; }

  std::vector<SeqRange> ranges;
  std::vector<Seq> voids;
  std::size_t answered_max = 1'000;
  int failures = 0;
};

class NoOwner final : public net::ServerOwner {
  void on_http(net::HttpRequest, net::HttpResponder) override {}
  void on_upgrade(net::HttpRequest, net::UpgradeResponder) override {}
  void on_open(net::ConnectionId, std::uint64_t) override {}
  void on_message(net::ConnectionId, std::string_view, bool) override {}
  void on_close(net::ConnectionId, std::uint16_t) override {}
};

// The server is never started: what is sent is counted by Delivery and goes nowhere.
class DeliveryTest : public testing::Test {
 protected:
  DeliveryTest() {
    delivery.use(server);
    auto added = std::make_unique<Session>();
    added->id = ConnectionId{5};
    added->caller.user = alice;
    session = &sessions.add(std::move(added));
    delivery.stand_at(*session, chat, Seq{10});
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
  History history;
  Gate gate{loop.get_executor()};
  Delivery delivery{{sessions, history, timers, gate}, {}};
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

TEST_F(DeliveryTest, collects_until_the_session_is_ready) {
  take(12);
  take(11);
  EXPECT_EQ(delivered(), 0U);
  delivery.release(*session);
  run();
  EXPECT_EQ(sent(), Seq{12});
}

}  // namespace
}  // namespace gochat::gateway
