#include "protocol/close_code.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gochat::protocol {
namespace {

// 2 bytes of a control frame's 125 are the code.
constexpr std::size_t reason_bytes_max = 123;

TEST(CloseCode, has_one_row_each_that_fits_a_close_frame) {
  std::set<CloseCode> codes;
  for (const auto& row : close_rows) {
    EXPECT_TRUE(codes.insert(row.code).second);
    EXPECT_LE(row.reason.size(), reason_bytes_max);
    EXPECT_FALSE(row.reason.empty());
    EXPECT_EQ(close_row(row.code).reason, row.reason);
  }
}

TEST(CloseCode, tells_the_client_what_to_do) {
  EXPECT_EQ(close_row(CloseCode::slow_reader).reconnect, Reconnect::now);
  EXPECT_EQ(close_row(CloseCode::overload).reconnect, Reconnect::backoff);
  EXPECT_EQ(close_row(CloseCode::session_expired).reconnect, Reconnect::auth);
  EXPECT_EQ(close_row(CloseCode::replaced).reconnect, Reconnect::never);
  EXPECT_EQ(reconnect_name(Reconnect::now), "now");
  EXPECT_EQ(reconnect_name(Reconnect::never), "never");
}

}  // namespace
}  // namespace gochat::protocol
