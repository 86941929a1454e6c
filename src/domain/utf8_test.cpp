#include "domain/utf8.hpp"

#include <gtest/gtest.h>

#include <string>

namespace gochat {
namespace {

TEST(Utf8, counts_code_points_of_one_to_four_bytes) {
  EXPECT_EQ(count_code_points(""), 0U);
  EXPECT_EQ(count_code_points("plain ascii text"), 16U);
  EXPECT_EQ(count_code_points("é世界😀"), 4U);
  EXPECT_EQ(count_code_points(std::string("a\0b", 3)), 3U);
  EXPECT_EQ(count_code_points("\xf4\x8f\xbf\xbf"), 1U);
}

TEST(Utf8, refuses_what_is_not_utf_8) {
  for (const std::string bad :
       {"\x80", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "12345678\xe4\xb8",
        "\xe4\xb8"
        "a"}) {
    EXPECT_FALSE(count_code_points(bad)) << testing::PrintToString(bad);
  }
}

TEST(Utf8, cuts_between_code_points_only) {
  EXPECT_EQ(first_code_points("世界和平", 2), "世界");
  EXPECT_EQ(first_code_points("ab", 5), "ab");
  EXPECT_EQ(first_code_points("😀b", 1), "😀");
  EXPECT_EQ(first_code_points("abc", 0), "");
}

}  // namespace
}  // namespace gochat
