#include "domain/message.hpp"

#include <gtest/gtest.h>

#include "domain/limits.hpp"

namespace gochat {
namespace {

const ConversationId room{"group_42"};

std::string repeated(std::string_view text, std::size_t times) {
  std::string all;
  for (std::size_t n = 0; n < times; ++n) all += text;
  return all;
}

ErrorCode code_of(std::string_view content, MessageType type = MessageType::text) {
  return check_content(type, content).code();
}

TEST(ContentHash, is_pinned_because_it_is_stored_for_ever) {
  EXPECT_EQ(content_hash(room, MessageType::text, "hello", MessageId{}), 0xea41c35308a922a7ULL);
  EXPECT_EQ(content_hash(room, MessageType::image, "https://x/y", MessageId{7}),
            0x680bc7187055b031ULL);
}

TEST(ContentHash, changes_with_each_of_its_parts) {
  const auto hash = content_hash(room, MessageType::text, "hello", MessageId{});
  EXPECT_NE(content_hash(ConversationId{"group_4"}, MessageType::text, "hello", {}), hash);
  EXPECT_NE(content_hash(room, MessageType::image, "hello", {}), hash);
  EXPECT_NE(content_hash(room, MessageType::text, "hello ", {}), hash);
  EXPECT_NE(content_hash(room, MessageType::text, "hello", MessageId{1}), hash);
  EXPECT_NE(content_hash(ConversationId{"group_42h"}, MessageType::text, "ello", {}), hash);
}

TEST(Content, is_one_to_five_thousand_code_points) {
  EXPECT_EQ(code_of(""), ErrorCode::invalid_params);
  EXPECT_EQ(code_of("a"), ErrorCode::ok);
  EXPECT_EQ(code_of(repeated("界", 5'000)), ErrorCode::ok);
  EXPECT_EQ(code_of(repeated("😀", 5'000)), ErrorCode::ok);
  EXPECT_EQ(code_of(repeated("a", 5'001)), ErrorCode::too_large);
}

TEST(Content, is_at_most_twenty_thousand_bytes) {
  EXPECT_EQ(code_of(repeated("😀", 5'000) + "a"), ErrorCode::too_large);
  EXPECT_EQ(code_of(repeated("a", 20'001)), ErrorCode::too_large);
}

TEST(Content, is_utf_8) {
  const auto refusal = check_content(MessageType::text, "\xed\xa0\x80");
  ASSERT_FALSE(refusal.ok());
  EXPECT_EQ(refusal.error().hint, "content is not valid UTF-8");
}

TEST(Content, of_an_image_is_an_http_url) {
  for (const auto* good :
       {"http://a", "https://cdn.example.org:8443/a%20b.png?x=1#y", "HTTPS://A/b"}) {
    EXPECT_EQ(code_of(good, MessageType::image), ErrorCode::ok) << good;
  }
  for (const auto* bad :
       {"cat.png", "javascript:alert(1)", "ftp://a/b", "https://", "https:///x", "https://:80/",
        "https://a/ b", "https://a/\"onload=x", "https://a/<b>", "https://good.org@evil.org/",
        "https://a/\xe7\x95\x8c", "http:/a", "https://a/\n"}) {
    EXPECT_EQ(code_of(bad, MessageType::image), ErrorCode::invalid_params) << bad;
  }
}

TEST(ClientMsgId, is_one_to_sixty_four_bytes) {
  EXPECT_TRUE(check_client_msg_id(repeated("x", 64)).ok());
  EXPECT_TRUE(check_client_msg_id("1_1700000000000_ab").ok());
  EXPECT_EQ(check_client_msg_id("").code(), ErrorCode::invalid_params);
  EXPECT_EQ(check_client_msg_id(repeated("x", 65)).code(), ErrorCode::invalid_params);
  EXPECT_EQ(check_client_msg_id(repeated("界", 22)).code(), ErrorCode::invalid_params);
  EXPECT_EQ(check_client_msg_id("\xff").code(), ErrorCode::invalid_params);
}

TEST(MessageType, has_a_number_and_a_name_and_no_others) {
  EXPECT_EQ(*message_type(1), MessageType::text);
  EXPECT_EQ(*message_type("image"), MessageType::image);
  for (const auto type : {MessageType::text, MessageType::image}) {
    EXPECT_EQ(*message_type(message_type_name(type)), type);
    EXPECT_EQ(*message_type(static_cast<std::int64_t>(type)), type);
  }
  EXPECT_EQ(message_type(0).code(), ErrorCode::invalid_params);
  EXPECT_EQ(message_type(3).code(), ErrorCode::invalid_params);
  EXPECT_EQ(message_type(std::int64_t{1} << 32 | 1).code(), ErrorCode::invalid_params);
  EXPECT_EQ(message_type("TEXT").code(), ErrorCode::invalid_params);
}

TEST(Preview, is_the_first_hundred_code_points) {
  EXPECT_EQ(preview("short"), "short");
  EXPECT_EQ(preview(repeated("界", 101)), repeated("界", 100));
}

}  // namespace
}  // namespace gochat
