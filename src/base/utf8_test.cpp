#include "base/utf8.hpp"

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
  const std::string cut_short = std::string{"\xe4\xb8"} + "a";
  for (const std::string& bad :
       {std::string{"\x80"}, std::string{"\xc3"}, std::string{"\xc0\xaf"}, std::string{"\xc1\xbf"},
        std::string{"\xe0\x9f\xbf"}, std::string{"\xed\xa0\x80"}, std::string{"\xf0\x8f\xbf\xbf"},
        std::string{"\xf4\x90\x80\x80"}, std::string{"\xf5\x80\x80\x80"}, std::string{"\xff"},
        std::string{"12345678\xe4\xb8"}, cut_short}) {
    EXPECT_FALSE(count_code_points(bad)) << testing::PrintToString(bad);
  }
}

TEST(Utf8, judges_every_code_point_and_nothing_else) {
  const auto encode = [](char32_t c) {
    const auto byte = [](char32_t bits) { return static_cast<char>(bits); };
    if (c < 0x80) return std::string{byte(c)};
    if (c < 0x800) return std::string{byte(0xc0 | c >> 6), byte(0x80 | (c & 63))};
    if (c < 0x10000) {
      return std::string{byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
    }
    return std::string{byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 63)),
                       byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
  };
  for (char32_t c = 0; c < 0x120000; ++c) {
    const bool valid = c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
    const auto text = encode(c);
    ASSERT_EQ(first_code_point_bytes(text), valid ? text.size() : 0) << static_cast<unsigned>(c);
  }
}

TEST(Utf8, finds_a_bad_byte_wherever_it_lies_among_eight) {
  for (std::size_t at = 0; at < 24; ++at) {
    std::string text(24, 'a');
    EXPECT_EQ(count_code_points(text), 24U);
    text[at] = '\x80';
    EXPECT_FALSE(count_code_points(text)) << at;
  }
}

TEST(Utf8, cuts_between_code_points_only) {
  EXPECT_EQ(first_code_points("世界和平", 2), "世界");
  EXPECT_EQ(first_code_points("ab", 5), "ab");
  EXPECT_EQ(first_code_points("😀b", 1), "😀");
  EXPECT_EQ(first_code_points("abc", 0), "");
}

TEST(Utf8, cuts_at_a_number_of_bytes_between_code_points) {
  EXPECT_EQ(first_whole_bytes("ab世", 5), "ab世");
  EXPECT_EQ(first_whole_bytes("ab世", 4), "ab");
  EXPECT_EQ(first_whole_bytes("ab世", 3), "ab");
  EXPECT_EQ(first_whole_bytes("ab世", 2), "ab");
  EXPECT_EQ(first_whole_bytes("世", 2), "");
  EXPECT_EQ(first_whole_bytes("", 0), "");
}

}  // namespace
}  // namespace gochat
