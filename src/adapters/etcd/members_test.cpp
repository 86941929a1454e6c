#include "adapters/etcd/members.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <set>

#include "async/drive.hpp"

namespace gochat::etcd {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class EtcdMembers : public ::testing::Test {
 protected:
  Members& members() {
    if (!members_) members_.emplace(timers, [] { return 0; }, options, counts);
    return *members_;
  }
  // Who was asked for it, in order; what came of it is `result`.
  std::vector<std::size_t> call(Again again = Again::may) {
    asked.clear();
    result = drive(loop, timers, members().call(ask(), again));
    return asked;
  }
  Members::Ask ask() {
    return [this](std::size_t member, Duration timeout) { return answer(member, timeout); };
  }
  Task<rpc::Answer> answer(std::size_t member, Duration timeout) {
    asked.push_back(member);
    if (silent.contains(member)) {
      co_await timers.sleep(timeout);
      co_return rpc::Answer{failed(ErrorCode::timeout, "silence"), false, true};
    }
    if (away.contains(member)) co_return rpc::Answer{failed(ErrorCode::unavailable, "refused")};
    if (refuses) co_return rpc::Answer{failed(ErrorCode::not_found, "no such lease")};
    co_return rpc::Answer{std::string{"done"}, true, true};
  }
  void fails_until_left_alone() {
    for (int n = 0; n < 3; ++n) call(Again::never);
    ASSERT_EQ(members().left_alone(), away.size() + silent.size());
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  ClientOptions options{.endpoints = {"a:1", "b:2"}};
  ClientCounts counts;
  std::set<std::size_t> away;
  std::set<std::size_t> silent;
  bool refuses = false;
  std::vector<std::size_t> asked;
  Result<std::string> result = ErrorCode::internal;
  std::optional<Members> members_;
};

TEST_F(EtcdMembers, the_next_one_is_asked_at_once_and_stays_the_first) {
  away = {0};
  const MonoTime began = timers.now();
  EXPECT_THAT(call(), ElementsAre(0, 1));
  EXPECT_EQ(*result, "done");
  EXPECT_EQ(timers.now(), began);
  EXPECT_THAT(call(), ElementsAre(1));
}

TEST_F(EtcdMembers, all_are_asked_again_after_a_pause_until_the_tries_are_used_up) {
  away = {0, 1};
  EXPECT_THAT(call(), ElementsAre(0, 1, 0, 1, 0, 1));
  EXPECT_EQ(result.code(), ErrorCode::unavailable);
  EXPECT_EQ(counts.errors.value(), 6U);
}

TEST_F(EtcdMembers, what_is_said_once_is_not_said_again) {
  away = {0, 1};
  EXPECT_THAT(call(Again::never), ElementsAre(0, 1));
}

TEST_F(EtcdMembers, a_budget_that_all_calls_share_bounds_what_is_asked_again) {
  options.endpoints = {"a:1"};
  options.breaker.failures_in_a_row_max = 1'000;
  away = {0};
  std::size_t attempts = 0;
  for (int n = 0; n < 100; ++n) attempts += call().size();
  EXPECT_NEAR(static_cast<double>(attempts), 100 + 10 + 10, 1) << "saved up, and a tenth";
}

TEST_F(EtcdMembers, one_that_keeps_failing_is_left_alone_and_then_asked_by_one) {
  options.endpoints = {"a:1"};
  away = {0};
  fails_until_left_alone();
  EXPECT_THAT(call(Again::never), IsEmpty());
  EXPECT_EQ(result.error().retry_after_ms, 1'000U);
  EXPECT_THAT(result.error().detail, HasSubstr("a:1 is left alone, after: refused"));

  timers.advance(1s);
  EXPECT_THAT(call(Again::never), ElementsAre(0)) << "half open";
  EXPECT_THAT(call(Again::never), IsEmpty()) << "open again with the first failure";

  timers.advance(1s);
  away.clear();
  EXPECT_THAT(call(Again::never), ElementsAre(0));
  EXPECT_TRUE(result);
  EXPECT_EQ(members().left_alone(), 0U);
}

TEST_F(EtcdMembers, the_others_are_asked_while_one_is_left_alone) {
  silent = {0};
  options.breaker.failures_in_a_row_max = 1;
  EXPECT_THAT(call(), ElementsAre(0, 1));
  EXPECT_EQ(members().left_alone(), 1U);
  away = {1};
  EXPECT_THAT(call(Again::never), ElementsAre(1));
  EXPECT_EQ(result.error().detail, "refused") << "of the one that was asked";
}

TEST_F(EtcdMembers, silence_costs_its_time_and_all_of_it_no_more_than_a_call_may_take) {
  options.endpoints = {"a:1"};
  silent = {0};
  const MonoTime began = timers.now();
  call();
  EXPECT_EQ(result.code(), ErrorCode::timeout);
  EXPECT_EQ(timers.now() - began, options.time_max);
}

TEST_F(EtcdMembers, a_refusal_is_the_answer_of_one_at_work) {
  options.endpoints = {"a:1"};
  refuses = true;
  for (int n = 0; n < 10; ++n) EXPECT_THAT(call(), ElementsAre(0));
  EXPECT_EQ(result.code(), ErrorCode::not_found);
  EXPECT_EQ(members().left_alone(), 0U);
}

}  // namespace
}  // namespace gochat::etcd
