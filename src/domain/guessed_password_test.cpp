#include "domain/guessed_password.hpp"

#include <gtest/gtest.h>

namespace gochat {
namespace {

TEST(GuessedPassword, knows_what_is_tried_first) {
  for (const char* word : {"password", "123456789", "qwertyuiop", "iloveyou", "PassWord"}) {
    EXPECT_TRUE(is_often_guessed(word)) << word;
  }
}

TEST(GuessedPassword, leaves_everything_else_alone) {
  for (const char* word : {"", " ", "password of mine", "correct horse", "passwor9d"}) {
    EXPECT_FALSE(is_often_guessed(word)) << word;
  }
}

}  // namespace
}  // namespace gochat
