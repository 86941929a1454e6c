// Single-use tickets and token buckets.
#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {

int RateLimiterContract::take(const std::string& key, Rate rate, int count) {
  int taken = 0;
  for (int n = 0; n < count; ++n) {
    const auto answer = run(port().take(own(key), rate));
    if (answer) ++taken;
  }
  return taken;
}

namespace {

TEST_P(TicketStoreContract, gives_a_ticket_once) {
  get(port().put(own("ticket"), "for ann", lasting));
  EXPECT_EQ(get(port().take(own("ticket"))), "for ann");
  EXPECT_EQ(code(port().take(own("ticket"))), ErrorCode::unauthorized);
}

TEST_P(TicketStoreContract, knows_no_ticket_that_was_never_put) {
  get(port().put(own("ticket"), "for ann", lasting));
  EXPECT_EQ(code(port().take(own("ticke"))), ErrorCode::unauthorized);
  EXPECT_EQ(code(port().take(own("other"))), ErrorCode::unauthorized);
}

TEST_P(TicketStoreContract, gives_no_ticket_whose_time_is_over) {
  get(port().put(own("ticket"), "for ann", brief));
  pass(2 * brief);
  EXPECT_EQ(code(port().take(own("ticket"))), ErrorCode::unauthorized);
}

TEST_P(TicketStoreContract, lets_one_of_two_takes_win) {
  get(port().put(own("ticket"), "for ann", lasting));
  int won = 0;
  int answered = 0;
  auto take = [](TicketStore* store, std::string ticket, int* wins, int* answers) -> Task<> {
    const auto taken = co_await store->take(std::move(ticket));
    *wins += taken.ok() ? 1 : 0;
    ++*answers;
  };
  loop().start(take(&port(), own("ticket"), &won, &answered));
  loop().start(take(&another(), own("ticket"), &won, &answered));
  loop().run_until([&] { return answered == 2; }, "two takes");
  EXPECT_EQ(won, 1);
}

TEST_P(RateLimiterContract, lets_a_burst_through_and_no_more) {
  EXPECT_EQ(take("ann", {.burst = 5, .per_second = 0.01}, 8), 5);
}

TEST_P(RateLimiterContract, says_when_to_come_back) {
  const Rate rate{.burst = 1, .per_second = 5};
  take("ann", rate, 1);
  const auto refused = run(port().take(own("ann"), rate));
  ASSERT_EQ(refused.code(), ErrorCode::rate_limited);
  EXPECT_GT(refused.error().retry_after_ms, 0U);
  EXPECT_LE(refused.error().retry_after_ms, 200U);
  pass(std::chrono::milliseconds{refused.error().retry_after_ms + 1});
  EXPECT_EQ(take("ann", rate, 1), 1);
}

TEST_P(RateLimiterContract, keeps_keys_apart) {
  const Rate rate{.burst = 2, .per_second = 0.01};
  EXPECT_EQ(take("ann", rate, 3), 2);
  EXPECT_EQ(take("bob", rate, 3), 2);
}

}  // namespace
}  // namespace gochat::contract
