#include "adapters/redis/resp.hpp"

#include <gmock/gmock.h>

namespace gochat::redis {
namespace {

constexpr std::size_t plenty = 1'000;

std::string words(std::initializer_list<std::string_view> all) {
  std::string out;
  append_head(out, all.size());
  for (const std::string_view word : all) append_word(out, word);
  return out;
}

TEST(Resp, writes_words_of_any_bytes) {
  EXPECT_EQ(words({"GET", std::string_view{"a\r\n\0", 4}, ""}),
            std::string("*3\r\n$3\r\nGET\r\n$4\r\na\r\n\0\r\n$0\r\n\r\n", 29));
}

TEST(Resp, reads_every_kind_of_reply) {
  ReplyReader reader{plenty};
  ASSERT_TRUE(
      reader.feed("+OK\r\n-WRONGTYPE no\r\n:-7\r\n$2\r\n\r\n\r\n$-1\r\n*2\r\n:1\r\n*0\r\n"));
  EXPECT_EQ((*reader.next())->text, "OK");
  const Reply error = **reader.next();
  EXPECT_TRUE(error.failed_with("WRONGTYPE"));
  EXPECT_FALSE(error.failed_with("WRONG"));
  EXPECT_EQ((*reader.next())->number, -7);
  EXPECT_EQ((*reader.next())->text, "\r\n");
  EXPECT_TRUE((*reader.next())->is(Reply::Kind::nil));
  const Reply list = **reader.next();
  ASSERT_EQ(list.items.size(), 2U);
  EXPECT_EQ(list.items[0].number, 1);
  EXPECT_TRUE(list.items[1].is(Reply::Kind::list));
  EXPECT_FALSE(reader.next()->has_value());
}

TEST(Resp, waits_for_the_rest_of_a_reply) {
  ReplyReader reader{plenty};
  const std::string whole = "*2\r\n$3\r\nabc\r\n:42\r\n";
  for (std::size_t n = 0; n + 1 < whole.size(); ++n) {
    ASSERT_TRUE(reader.feed(whole.substr(n, 1)));
    ASSERT_FALSE(reader.next()->has_value()) << n;
  }
  ASSERT_TRUE(reader.feed(whole.substr(whole.size() - 1)));
  EXPECT_EQ((*reader.next())->items[1].number, 42);
}

TEST(Resp, refuses_what_is_no_reply) {
  ReplyReader reader{plenty};
  ASSERT_TRUE(reader.feed("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_EQ(reader.next().code(), ErrorCode::unavailable);
}

TEST(Resp, refuses_a_reply_that_does_not_end) {
  ReplyReader reader{plenty};
  ASSERT_TRUE(reader.feed("$2000\r\n" + std::string(plenty / 2, 'x')));
  EXPECT_FALSE(reader.feed(std::string(plenty, 'x')));
}

}  // namespace
}  // namespace gochat::redis
