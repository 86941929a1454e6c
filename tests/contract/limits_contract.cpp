// Single-use tickets, token buckets and tries that failed.
#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {

int RateLimiterContract::take(const std::string& key, BucketRate rate, int count) {
  int taken = 0;
  for (int n = 0; n < count; ++n) {
    const auto answer = run(port().take(own(key), rate));
    if (answer) ++taken;
  }
  return taken;
}

int RateLimiterContract::take_at_once(RateLimiter& limiter, const std::string& key, BucketRate rate,
                                      int count) {
  int taken = 0;
  for (int n = 0; n < count; ++n) taken += limiter.try_take(key, rate).ok() ? 1 : 0;
  return taken;
}

void FailedTriesContract::use_up(const std::string& key) {
  for (std::uint32_t n = 0; n < policy.free; ++n) EXPECT_EQ(admit(key), ErrorCode::ok);
  EXPECT_EQ(admit(key), ErrorCode::rate_limited);
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
  EXPECT_EQ(take("ann", {.capacity = 5, .per_second = 0.01}, 8), 5);
}

TEST_P(RateLimiterContract, says_when_to_come_back) {
  const BucketRate rate{.capacity = 1, .per_second = 5};
  take("ann", rate, 1);
  const auto refused = run(port().take(own("ann"), rate));
  ASSERT_EQ(refused.code(), ErrorCode::rate_limited);
  EXPECT_GT(refused.error().retry_after_ms, 0U);
  EXPECT_LE(refused.error().retry_after_ms, 200U);
  pass(std::chrono::milliseconds{refused.error().retry_after_ms + 1});
  EXPECT_EQ(take("ann", rate, 1), 1);
}

TEST_P(RateLimiterContract, keeps_keys_apart) {
  const BucketRate rate{.capacity = 2, .per_second = 0.01};
  EXPECT_EQ(take("ann", rate, 3), 2);
  EXPECT_EQ(take("bob", rate, 3), 2);
}

TEST_P(RateLimiterContract, lets_a_burst_through_at_once_and_no_more) {
  const BucketRate rate{.capacity = 5, .per_second = 0.01};
  EXPECT_EQ(take_at_once(port(), own("ann"), rate, 8), 5);
  const auto refused = port().try_take(own("ann"), rate);
  ASSERT_EQ(refused.code(), ErrorCode::rate_limited);
  EXPECT_GT(refused.error().retry_after_ms, 0U);
  EXPECT_EQ(take_at_once(port(), own("bob"), rate, 8), 5);
}

// A hundred at one process; then the other one, which has let nobody through yet, is asked until it
// has heard of them.
TEST_P(RateLimiterContract, hears_of_what_was_taken_at_once_elsewhere) {
  const BucketRate rate{.capacity = 100, .per_second = 0.001};
  const std::string key = own("ann");
  EXPECT_EQ(take_at_once(port(), key, rate, 100), 100);
  pass(brief);
  int taken = 0;
  while (taken < 90 && another().try_take(key, rate)) {
    ++taken;
    pass(std::chrono::milliseconds{20});
  }
  EXPECT_LT(taken, 90);
}

TEST_P(RateLimiterContract, is_owed_what_was_let_through_beyond_the_bucket) {
  const BucketRate rate{.capacity = 4, .per_second = 0.04};
  const std::string key = own("ann");
  const int taken = take_at_once(port(), key, rate, 4) + take_at_once(another(), key, rate, 4);
  pass(brief);
  // A bucket that was emptied once gives a token before 25 s are over, one that was emptied twice
  // does not. Each of them tells of its own within a moment.
  const auto twice_empty = [&] {
    const auto asked = run(port().take(key, rate));
    return !asked && asked.error().retry_after_ms >= 25'000U;
  };
  for (int n = 0; n < 250 && taken == 8 && !twice_empty(); ++n) pass(std::chrono::milliseconds{20});
  EXPECT_EQ(twice_empty(), taken == 8);
}

TEST_P(FailedTriesContract, makes_whoever_fails_wait_longer_each_time) {
  use_up("ann");
  const auto first = run(port().admit(own("ann"), policy));
  ASSERT_EQ(first.code(), ErrorCode::rate_limited);
  EXPECT_GT(first.error().retry_after_ms, 0U);
  EXPECT_LE(first.error().retry_after_ms, 1'000U);
  pass(std::chrono::milliseconds{first.error().retry_after_ms + 1});
  EXPECT_EQ(admit("ann"), ErrorCode::ok);
  const auto second = run(port().admit(own("ann"), policy));
  ASSERT_EQ(second.code(), ErrorCode::rate_limited);
  EXPECT_GT(second.error().retry_after_ms, 1'000U);
  EXPECT_LE(second.error().retry_after_ms, 2'000U);
}

TEST_P(FailedTriesContract, keeps_no_wait_above_the_longest) {
  const TryPolicy brief_waits{
      .free = 1, .delay_max = std::chrono::milliseconds{50}, .forgiven_after = lasting};
  EXPECT_EQ(admit("ann", brief_waits), ErrorCode::ok);
  const auto refused = run(port().admit(own("ann"), brief_waits));
  if (!refused) {
    EXPECT_LE(refused.error().retry_after_ms, 50U);
  }
}

TEST_P(FailedTriesContract, is_one_count_for_all_processes) {
  use_up("ann");
  EXPECT_EQ(code(another().admit(own("ann"), policy)), ErrorCode::rate_limited);
  EXPECT_EQ(code(another().admit(own("bob"), policy)), ErrorCode::ok);
}

TEST_P(FailedTriesContract, takes_back_what_was_no_guess) {
  for (std::uint32_t n = 0; n < 3 * policy.free; ++n) {
    EXPECT_EQ(admit("ann"), ErrorCode::ok);
    run(another().take_back(own("ann")));
  }
  use_up("ann");
  run(port().take_back(own("nobody")));
  use_up("nobody");
}

TEST_P(FailedTriesContract, forgives_all_after_a_success_and_after_a_quiet_while) {
  use_up("ann");
  run(another().forgive(own("ann")));
  use_up("ann");
  const TryPolicy forgetful{
      .free = 1, .delay_max = std::chrono::seconds{60}, .forgiven_after = brief};
  EXPECT_EQ(admit("bob", forgetful), ErrorCode::ok);
  pass(2 * brief);
  EXPECT_EQ(admit("bob", forgetful), ErrorCode::ok);
}

TEST_P(OnlineCountContract, sums_what_every_gateway_reported_last) {
  EXPECT_EQ(get(port().report(own("g1"), 3)), 3U);
  EXPECT_EQ(get(another().report(own("g2"), 2)), 5U);
  EXPECT_EQ(get(port().report(own("g1"), 1)), 3U);
}

TEST_P(OnlineCountContract, forgets_a_gateway_that_is_silent) {
  EXPECT_EQ(get(port().report(own("g1"), 3)), 3U);
  pass(silent);
  EXPECT_EQ(get(another().report(own("g2"), 2)), 2U);
}

}  // namespace
}  // namespace gochat::contract
