#include "logic/address_limit.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic::testing {
namespace {

using ::testing::HasSubstr;

class AddressLimitTest : public ::testing::Test {
 protected:
  ErrorCode admit(const std::string& address) { return ground.run(limit.admit(address)).code(); }

  Ground ground;
  AddressLimit limit{
      ground.limiter, "limits.sign_ups_per_hour", {.capacity = 2, .per_second = 1.0 / 60}};
};

TEST_F(AddressLimitTest, gives_a_burst_and_then_what_drips_in) {
  EXPECT_EQ(admit("192.0.2.1"), ErrorCode::ok);
  EXPECT_EQ(admit("192.0.2.1"), ErrorCode::ok);
  const auto refused = ground.run(limit.admit("192.0.2.1"));
  ASSERT_EQ(refused.code(), ErrorCode::rate_limited);
  EXPECT_THAT(refused.error().hint, HasSubstr("limits.sign_ups_per_hour"));
  EXPECT_EQ(refused.error().retry_after_ms, 60'000U);
  EXPECT_EQ(admit("192.0.2.2"), ErrorCode::ok) << "others are not touched";
  ground.pass(std::chrono::seconds{60});
  EXPECT_EQ(admit("192.0.2.1"), ErrorCode::ok);
  EXPECT_EQ(admit("192.0.2.1"), ErrorCode::rate_limited);
}

TEST_F(AddressLimitTest, counts_a_household_of_ipv6_as_one) {
  EXPECT_EQ(admit("2001:db8:0:1::1"), ErrorCode::ok);
  EXPECT_EQ(admit("2001:db8:0:1::2"), ErrorCode::ok);
  EXPECT_EQ(admit("2001:db8:0:1:ffff::3"), ErrorCode::rate_limited);
  EXPECT_EQ(admit("2001:db8:0:2::1"), ErrorCode::ok);
  EXPECT_EQ(admit("192.0.2.1"), ErrorCode::ok);
  EXPECT_EQ(admit("::ffff:192.0.2.1"), ErrorCode::ok);
  EXPECT_EQ(admit("192.0.2.1"), ErrorCode::rate_limited) << "one address in two spellings";
}

TEST_F(AddressLimitTest, does_not_count_loopback) {
  for (int n = 0; n < 10; ++n) {
    EXPECT_EQ(admit("127.0.0.1"), ErrorCode::ok);
    EXPECT_EQ(admit("::1"), ErrorCode::ok);
  }
}

}  // namespace
}  // namespace gochat::logic::testing
