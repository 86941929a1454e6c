#include "protocol/error_text.hpp"

#include <gtest/gtest.h>

#include <set>

namespace gochat::protocol {
namespace {

TEST(Language, is_the_better_wanted_one) {
  EXPECT_EQ(choose_language("zh-CN,zh;q=0.9,en;q=0.8"), Language::chinese);
  EXPECT_EQ(choose_language("en-US,en;q=0.9,zh;q=0.8"), Language::english);
  EXPECT_EQ(choose_language("en;q=0.3, zh ; q=0.31"), Language::chinese);
  EXPECT_EQ(choose_language("ZH-hant"), Language::chinese);
  EXPECT_EQ(choose_language("fr, zh;q=0.2"), Language::chinese);
  EXPECT_EQ(choose_language("*, zh;q=0.5"), Language::english);
}

TEST(Language, is_english_when_nothing_can_be_made_of_the_wish) {
  for (const auto* header : {"", "fr", "zh;q=0", "zh;q=0.0", "zh;q=x", ",,;;=", "zhx", "z",
                             "zh;q=2", "zh;q=0.99999999999999999999999999999999x", ";q=1"}) {
    EXPECT_EQ(choose_language(header), Language::english) << header;
  }
}

TEST(ErrorText, is_there_for_every_code_in_both_languages) {
  std::set<std::string_view> english;
  for (const auto& row : error_rows) {
    english.insert(error_text(row.code, Language::english));
    EXPECT_NE(error_text(row.code, Language::english), error_text(row.code, Language::chinese));
  }
  // Only `fenced` borrows its words.
  EXPECT_EQ(english.size(), error_rows.size() - 1);
}

TEST(ErrorText, adds_the_hint_and_never_the_detail) {
  Error error = refused(ErrorCode::too_large, "content is longer than 5000 characters");
  error.detail = "for the log";
  EXPECT_EQ(error_message(error, Language::english),
            "Too large: content is longer than 5000 characters");
  EXPECT_EQ(error_message(error, Language::chinese),
            "内容过大：content is longer than 5000 characters");
  EXPECT_EQ(error_message(failed(ErrorCode::internal, "for the log"), Language::english),
            "Something went wrong on our side");
}

TEST(ErrorText, shows_no_code_that_only_servers_know) {
  for (const auto& row : error_rows) {
    const bool is_hidden = row.code == ErrorCode::fenced;
    EXPECT_EQ(shown_code(row.code), is_hidden ? ErrorCode::unavailable : row.code);
  }
}

}  // namespace
}  // namespace gochat::protocol
