#include <gtest/gtest.h>

#include <array>
#include <string>

#include "base/utf8.hpp"
#include "domain/limits.hpp"
#include "protocol/frame_members.hpp"
#include "protocol/timeline_codec.hpp"

namespace gochat::protocol {
namespace {

// The hint of a packet that must be refused as invalid.
std::string refusal(const std::string& json) {
  const auto frame = parse_timeline(json);
  EXPECT_EQ(frame.request.code(), ErrorCode::invalid_params) << json;
  return frame.request ? "" : frame.request.error().hint;
}

std::string answer(const std::string& json) {
  const auto frame = parse_timeline(json);
  if (frame.request) return "";
  return encode_timeline(ErrorFrame{frame.request.error(), frame.client_msg_id}, frame.id);
}

template <class Request>
Request read(const std::string& json) {
  auto frame = parse_timeline(json);
  if (!frame.request) ADD_FAILURE() << json << ": " << frame.request.error().hint;
  return frame.request ? std::get<Request>(*frame.request) : Request{};
}

TEST(TimelineParse, answers_name_the_packet_that_they_are_to) {
  EXPECT_TRUE(
      answer(R"({"cmd":9,"msg_id":"x"})").starts_with(R"({"cmd":9,"code":1001,"msg_id":"x")"));
  EXPECT_TRUE(answer(R"({"cmd":3,"msg_id":"x","payload":5})")
                  .starts_with(R"({"cmd":3,"code":1001,"msg_id":"x")"));
  EXPECT_TRUE(answer(R"({"cmd":2,"msg_id":"x","payload":{}})")
                  .starts_with(R"({"cmd":2,"code":1001,"msg_id":"x")"));
  EXPECT_TRUE(answer(R"({"cmd":"2","msg_id":"a:b"})")
                  .starts_with(R"({"cmd":-1,"code":1001,"msg_id":"a:b")"));
  EXPECT_TRUE(answer("[]").starts_with(R"({"cmd":-1,"code":1001,"payload")"));
  const std::string longer(limits::client_msg_id_bytes_max + 1, 'x');
  EXPECT_NE(answer(R"({"cmd":2,"msg_id":")" + longer + R"(","payload":{}})").find(longer),
            std::string::npos);
}

TEST(TimelineParse, a_msg_id_too_long_to_echo_is_cut_between_code_points) {
  std::string longer;
  while (longer.size() <= echoed_bytes_max) longer += "界";
  const auto said = answer(R"({"cmd":2,"msg_id":")" + longer + R"(","payload":{}})");
  EXPECT_TRUE(count_code_points(said));
  EXPECT_NE(said.find(longer.substr(0, echoed_bytes_max - 1) + '"'), std::string::npos);
}

TEST(TimelineParse, needs_the_msg_id_of_a_chat) {
  EXPECT_EQ(refusal(R"({"cmd":2,"payload":{"conversation_id":"group_1","content":"x"}})"),
            "msg_id is missing: a retry is known by it");
}

TEST(TimelineParse, takes_a_position_from_either_place_and_from_both_if_they_agree) {
  for (const auto* json :
       {R"({"cmd":3,"seq":7,"payload":{"conversation_id":"group_1"}})",
        R"({"cmd":3,"payload":{"conversation_id":"group_1","local_seq":7}})",
        R"({"cmd":3,"seq":7,"payload":{"conversation_id":"group_1","local_seq":7}})"}) {
    EXPECT_EQ(read<Pull>(json).after, Seq{7}) << json;
  }
  EXPECT_EQ(refusal(R"({"cmd":3,"seq":7,"payload":{"conversation_id":"group_1","local_seq":8}})"),
            "seq and local_seq disagree");
  EXPECT_EQ(read<Pull>(R"({"cmd":3,"payload":{"conversation_id":"group_1"}})").after, Seq{0});
}

TEST(TimelineParse, reads_the_inbox_where_no_conversation_is_named) {
  for (const auto* json : {R"({"cmd":3})", R"({"cmd":3,"seq":7})", R"({"cmd":3,"payload":{}})",
                           R"({"cmd":3,"payload":null})"}) {
    read<PullInbox>(json);
  }
}

TEST(TimelineParse, takes_an_ack_by_conversation_or_by_msg_id) {
  EXPECT_EQ(read<Ack>(R"({"cmd":4,"seq":7,"payload":{"conversation_id":"group_1"}})").seq, Seq{7});
  EXPECT_EQ(read<AckMessage>(R"({"cmd":4,"msg_id":"m"})").client_msg_id, "m");
  EXPECT_EQ(refusal(R"({"cmd":4,"seq":7})"), "either conversation_id or msg_id is needed");
  EXPECT_EQ(refusal(R"({"cmd":4,"payload":{"conversation_id":"group_1"}})"), "seq is missing");
  EXPECT_EQ(refusal(R"({"cmd":4,"seq":1,"payload":{"conversation_id":"group_1","status":0}})"),
            "status is 1, delivered, or 2, read");
}

TEST(TimelineParse, keeps_the_limits_of_every_dialect) {
  const auto chat = [](const std::string& content, const std::string& more = "") {
    return R"({"cmd":2,"msg_id":"m","payload":{"conversation_id":"group_1","content":")" + content +
           R"(")" + more + "}}";
  };
  EXPECT_TRUE(parse_timeline(chat("x")).request.ok());
  EXPECT_FALSE(parse_timeline(chat("")).request.ok());
  EXPECT_FALSE(
      parse_timeline(chat(std::string(limits::content_code_points_max + 1, 'x'))).request.ok());
  EXPECT_FALSE(parse_timeline(chat("x", R"(,"msg_type":3)")).request.ok());
  EXPECT_EQ(read<SendMessage>(chat("https://a/b.png", R"(,"msg_type":2)")).type,
            MessageType::image);
}

}  // namespace
}  // namespace gochat::protocol
