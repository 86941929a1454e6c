#include "domain/user.hpp"

#include <gtest/gtest.h>

namespace gochat {
namespace {

TEST(Username, is_unique_without_case_width_and_composition) {
  EXPECT_EQ(*username_key("Alice"), "alice");
  EXPECT_EQ(*username_key("ＡＬＩＣＥ"), "alice");
  EXPECT_EQ(*username_key("Jose\xcc\x81"), *username_key("JOSÉ"));
  EXPECT_EQ(*username_key("Straße"), "strasse");
  EXPECT_EQ(*username_key("ﬁona"), "fiona");
}

TEST(Username, has_letters_of_any_script_digits_and_three_signs) {
  for (const auto* good :
       {"bob_-.", "张三丰", "Ольга1", "مريم", "देवी", "せかい", "a１２", "한국어", "1234", "_ab"}) {
    EXPECT_TRUE(username_key(good).ok()) << good;
  }
}

TEST(Username, refuses_what_is_no_letter_or_cannot_be_seen) {
  for (const std::string bad :
       {"a b c", "a\tbc", "alice\n", "bob@x", "a/b/c", "😀😀😀", "...", "_-_",
        "ab\xe2\x80\x8b"
        "c",
        "\xe3\x85\xa4\xe3\x85\xa4\xe3\x85\xa4", "abc\xef\xb8\x8f",
        "\xcc\x81"
        "abc",
        "ab_\xcc\x81",
        "\xef\xb1\x9e"
        "ab",
        "ab\xff", "a%20b", "a<b>c"}) {
    EXPECT_EQ(username_key(bad).code(), ErrorCode::invalid_params) << bad;
  }
}

TEST(Username, has_three_to_twenty_characters) {
  EXPECT_FALSE(username_key("").ok());
  EXPECT_FALSE(username_key("ab").ok());
  EXPECT_FALSE(username_key("张三").ok());
  EXPECT_TRUE(username_key("界界界界界界界界界界界界界界界界界界界界").ok());
  EXPECT_FALSE(username_key("界界界界界界界界界界界界界界界界界界界界界").ok());
}

TEST(Username, is_none_of_the_words_of_the_routes) {
  for (const auto* word : {"info", "PROFILE", "Search", "ｓtatus"}) {
    const auto key = username_key(word);
    ASSERT_FALSE(key.ok()) << word;
    EXPECT_EQ(key.error().hint, "username is reserved");
  }
  EXPECT_FALSE(username_key("me").ok());
  EXPECT_TRUE(username_key("information").ok());
}

TEST(Username, key_is_its_own_key) {
  for (const auto* name : {"Straße", "ＡＬＩＣＥ", "ﬁona", "Ολγας", "İstanbul"}) {
    const auto key = username_key(name);
    ASSERT_TRUE(key.ok()) << name;
    EXPECT_EQ(*username_key(*key), *key);
  }
}

TEST(Password, is_measured_in_the_bytes_that_are_hashed) {
  EXPECT_TRUE(check_password("secret", 6).ok());
  EXPECT_FALSE(check_password("short", 6).ok());
  EXPECT_TRUE(check_password(std::string(72, 'x'), 6).ok());
  EXPECT_FALSE(check_password(std::string(73, 'x'), 6).ok());
  EXPECT_FALSE(check_password(std::string("abc\0defgh", 9), 6).ok());
}

TEST(Line, is_trimmed_and_measured_in_characters) {
  EXPECT_EQ(*clean_line("  张 三\xe3\x80\x80\t", "nickname", 3), "张 三");
  EXPECT_EQ(*clean_line(" \xc2\xa0 ", "nickname", 3), "");
  const auto refusal = clean_line("abcd", "nickname", 3);
  ASSERT_FALSE(refusal.ok());
  EXPECT_EQ(refusal.error().hint, "nickname is longer than 3 characters");
}

TEST(Line, holds_no_breaks_and_turns_no_text_around) {
  for (const auto& bad :
       {std::string("a\nb"), std::string("a\rb"), std::string("a\0b", 3), std::string("a\x1b[31m"),
        std::string("a\xe2\x80\xa8"
                    "b"),
        std::string("a\xe2\x80\xae"
                    "gpj"),
        std::string("\xc3")}) {
    EXPECT_EQ(clean_line(bad, "name", 50).code(), ErrorCode::invalid_params)
        << testing::PrintToString(bad);
  }
  EXPECT_TRUE(clean_line("👩\xe2\x80\x8d👧 family", "name", 50).ok());
}

TEST(Avatar, is_empty_or_a_short_http_url) {
  EXPECT_TRUE(check_avatar("").ok());
  EXPECT_TRUE(check_avatar("https://a.org/b.png").ok());
  EXPECT_FALSE(check_avatar("data:image/svg+xml,x").ok());
  EXPECT_TRUE(check_avatar("http://a/" + std::string(246, 'x')).ok());
  EXPECT_FALSE(check_avatar("http://a/" + std::string(247, 'x')).ok());
}

TEST(Email, is_empty_or_shaped_like_one) {
  for (const auto* good : {"", "a@b.cd", "first.last+tag@mail.example.org"}) {
    EXPECT_TRUE(check_email(good).ok()) << good;
  }
  for (const auto* bad :
       {"a", "@b.cd", "a@b", "a@.cd", "a@b.", "a@@b.cd", "a b@c.de", "a@b.c\n", "<a@b.cd>"}) {
    EXPECT_FALSE(check_email(bad).ok()) << bad;
  }
}

TEST(User, is_shown_by_nickname_and_else_by_username) {
  User user;
  user.username = "alice";
  EXPECT_EQ(user.shown_name(), "alice");
  user.nickname = "Alice A.";
  EXPECT_EQ(user.shown_name(), "Alice A.");
}

}  // namespace
}  // namespace gochat
