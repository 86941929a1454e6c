#include "gateway/headcount.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>

namespace gochat::gateway {
namespace {

// One other gateway, which has so many people.
class FakeOnline final : public OnlineCount {
 public:
  Task<Result<std::uint64_t>> report(std::string, std::uint64_t people) override {
    if (away) co_return ErrorCode::unavailable;
    reported = people;
    co_return people + elsewhere;
  }
  std::uint64_t reported = 0;
  std::uint64_t elsewhere = 0;
  bool away = false;
};

class HeadcountTest : public testing::Test {
 protected:
  HeadcountTest() { headcount.start(); }
  void open(std::int64_t id, std::int64_t user) {
    auto session = std::make_unique<Session>();
    session->id = ConnectionId{id};
    session->caller.user = UserId{user};
    sessions.add(std::move(session));
  }
  void next_count() {
    timers.advance(Headcount::every);
    loop.restart();
    loop.poll();
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  FakeOnline online;
  SessionTable sessions;
  Gate gate{loop.get_executor()};
  Headcount headcount{{online, sessions, timers, gate}, "g1", 5};
};

TEST_F(HeadcountTest, counts_people_and_not_their_sockets) {
  open(1, 10);
  open(2, 10);
  open(3, 11);
  online.elsewhere = 2;
  next_count();
  EXPECT_EQ(online.reported, 2U);
  EXPECT_EQ(headcount.online(), 4U);
}

TEST_F(HeadcountTest, lets_in_as_many_as_may_be_and_more_when_some_have_gone) {
  online.elsewhere = 3;
  next_count();
  EXPECT_TRUE(headcount.admit());
  EXPECT_TRUE(headcount.admit());
  const auto refused = headcount.admit();
  ASSERT_EQ(refused.code(), ErrorCode::overloaded);
  EXPECT_EQ(refused.error().retry_after_ms, 5'000U);
  next_count();
  EXPECT_TRUE(headcount.admit()) << "nobody came of the two";
}

TEST_F(HeadcountTest, goes_by_the_last_count_while_nobody_counts) {
  online.elsewhere = 5;
  next_count();
  online.away = true;
  online.elsewhere = 0;
  next_count();
  EXPECT_EQ(headcount.admit().code(), ErrorCode::overloaded);
  online.away = false;
  next_count();
  EXPECT_TRUE(headcount.admit());
}

// Else everybody who comes back would be one more, until nobody is let in.
TEST_F(HeadcountTest, counts_who_is_here_while_nobody_counts_all) {
  open(1, 10);
  online.elsewhere = 2;
  next_count();
  online.away = true;
  for (int n = 0; n < 10; ++n) {
    EXPECT_TRUE(headcount.admit()) << "the one that is here comes back";
    next_count();
  }
  EXPECT_EQ(headcount.online(), 3U);
}

TEST_F(HeadcountTest, lets_everybody_in_without_a_limit) {
  Headcount open_house{{online, sessions, timers, gate}, "g1", 0};
  for (int n = 0; n < 100; ++n) EXPECT_TRUE(open_house.admit());
}

}  // namespace
}  // namespace gochat::gateway
