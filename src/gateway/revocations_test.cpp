#include "gateway/revocations.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <vector>

namespace gochat::gateway {
namespace {

using protocol::CloseCode;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class RevocationsTest : public testing::Test {
 protected:
  static constexpr std::size_t page_max = 2;
  static constexpr int asked_max = 100;

  RevocationsTest() { revocations.start(); }

  void revoke(std::int64_t session, CloseCode code = CloseCode::session_revoked) {
    known.push_back({SessionId{session}, static_cast<std::uint16_t>(code)});
  }
  Task<Result<RevokedPage>> page(std::uint64_t cursor) {
    ++asked;
    if (away || asked > asked_max) co_return ErrorCode::unavailable;
    RevokedPage page;
    while (cursor < known.size() && page.sessions.size() < page_max) {
      page.sessions.push_back(known[cursor++]);
    }
    page.cursor = stuck ? 0 : cursor;
    co_return page;
  }
  std::vector<std::int64_t> next() {
    closed.clear();
    timers.advance(std::chrono::seconds{2});
    loop.restart();
    loop.poll();
    return closed;
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  Gate gate{loop.get_executor()};
  std::vector<RevokedSession> known;
  std::vector<std::int64_t> closed;
  bool away = false;
  bool stuck = false;
  int asked = 0;
  Revocations revocations{gate,
                          timers,
                          {std::chrono::seconds{2}, std::chrono::minutes{2}},
                          [this](std::uint64_t cursor) { return page(cursor); },
                          [this](const Revocations::Ended& ended) {
                            for (const auto& [session, code] : ended) {
                              closed.push_back(session.number());
                            }
                          }};
};

TEST_F(RevocationsTest, tells_of_each_once_and_remembers_how_its_sockets_are_closed) {
  revoke(1, CloseCode::banned);
  EXPECT_THAT(next(), ElementsAre(1));
  EXPECT_THAT(next(), IsEmpty());
  EXPECT_EQ(revocations.ended(SessionId{1}), CloseCode::banned);
  EXPECT_EQ(revocations.ended(SessionId{2}), std::nullopt);
}

TEST_F(RevocationsTest, hears_at_once_of_all_that_ended_before_it_began) {
  for (std::int64_t session = 1; session <= 5; ++session) revoke(session);
  EXPECT_THAT(next(), ::testing::UnorderedElementsAre(1, 2, 3, 4, 5));
}

TEST_F(RevocationsTest, goes_on_where_it_was_when_nobody_answered) {
  revoke(1);
  next();
  away = true;
  revoke(2);
  EXPECT_THAT(next(), IsEmpty());
  away = false;
  EXPECT_THAT(next(), ElementsAre(2));
}

TEST_F(RevocationsTest, ends_where_a_page_leads_nowhere_and_closes_what_is_on_it) {
  stuck = true;
  revoke(1);
  EXPECT_THAT(next(), ElementsAre(1));
  EXPECT_EQ(asked, 1);
}

TEST_F(RevocationsTest, forgets_what_nobody_lets_in_any_more) {
  revoke(1);
  next();
  timers.advance(std::chrono::minutes{2});
  next();
  EXPECT_EQ(revocations.ended(SessionId{1}), std::nullopt);
}

}  // namespace
}  // namespace gochat::gateway
