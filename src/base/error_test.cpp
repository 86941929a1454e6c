#include "base/error.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <set>
#include <string>

#include "base/result.hpp"

namespace gochat {
namespace {

TEST(ErrorTable, names_and_numbers_are_unique_and_numbers_have_no_hole) {
  std::set<std::string_view> names;
  std::uint16_t number = 1000;
  for (const ErrorRow& row : error_rows) {
    EXPECT_TRUE(names.insert(row.name).second) << row.name;
    EXPECT_EQ(row.number, row.code == ErrorCode::ok ? 0 : ++number) << row.name;
  }
}

TEST(ErrorTable, statuses_say_whose_fault_it_is) {
  for (const ErrorRow& row : error_rows) {
    if (row.code == ErrorCode::ok) continue;
    EXPECT_GE(row.http_status, 400) << row.name;
    EXPECT_LT(row.http_status, 600) << row.name;
    EXPECT_GE(row.grpc_status, 1) << row.name;
    EXPECT_LE(row.grpc_status, 16) << row.name;
    // What one of our own could not do now may be asked again, except what it never will do.
    if (row.http_status >= 500) {
      EXPECT_EQ(row.retryable, row.code != ErrorCode::not_implemented) << row.name;
    }
  }
}

TEST(Error, a_refusal_shows_its_words_to_the_client_and_a_failure_does_not) {
  const Error refusal = refused(ErrorCode::invalid_params, "content is empty");
  EXPECT_EQ(refusal.hint, "content is empty");
  EXPECT_EQ(refusal.detail, "content is empty");
  const Error failure = failed(ErrorCode::unavailable, "disk I/O error 10 in gochat.db");
  EXPECT_EQ(failure.hint, "");
  EXPECT_EQ(failure.detail, "disk I/O error 10 in gochat.db");
  EXPECT_TRUE(failure.retryable());
  EXPECT_FALSE(refusal.retryable());
}

Result<std::unique_ptr<int>> owned(bool good) {
  if (!good) return failed(ErrorCode::timeout, "slow");
  return std::make_unique<int>(3);
}

TEST(Result, holds_a_value_that_can_only_move) {
  auto result = owned(true);
  ASSERT_TRUE(result.ok());
  EXPECT_EQ(result.code(), ErrorCode::ok);
  EXPECT_EQ(**result, 3);
  const std::unique_ptr<int> out = *std::move(result);
  EXPECT_EQ(*out, 3);
}

TEST(Result, holds_an_error_and_passes_it_on) {
  const auto pass_on = []() -> Result<std::string> {
    auto inner = owned(false);
    if (!inner) return std::move(inner).error();
    return std::string{"never"};
  };
  const auto result = pass_on();
  EXPECT_FALSE(result);
  EXPECT_EQ(result.code(), ErrorCode::timeout);
  EXPECT_EQ(result.error().detail, "slow");
}

TEST(Result, of_nothing_is_good_unless_told) {
  const Result<void> good;
  const Result<void> bad{ErrorCode::conflict};
  EXPECT_TRUE(good.ok());
  EXPECT_TRUE(Result<void>{Unit{}}.ok());
  EXPECT_EQ(good.code(), ErrorCode::ok);
  EXPECT_EQ(bad.code(), ErrorCode::conflict);
}

TEST(ResultDeathTest, the_value_of_an_error_is_a_bug_and_so_is_the_error_of_a_value) {
  EXPECT_DEATH(static_cast<void>(*owned(false).value()), "assertion failed");
  EXPECT_DEATH(static_cast<void>(owned(true).error().code), "assertion failed");
}

}  // namespace
}  // namespace gochat
