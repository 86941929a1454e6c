#include <gtest/gtest.h>

#include "domain/conversation.hpp"
#include "protocol/classic_codec.hpp"
#include "wire/files.hpp"
#include "wire/requests.hpp"

namespace gochat::wire {
namespace {

using namespace protocol;

ClientFrame read(const std::string& name) {
  const auto path = folder("client") / (name + ".json");
  EXPECT_TRUE(std::filesystem::exists(path)) << path;
  return parse_classic(read_file(path));
}

template <class Request>
Request request_in(const std::string& name) {
  return request_of<Request>(read(name), name);
}

// The literal frame of the original service design. "conv_123" names no conversation of ours: the
// frame is read, and logic tells the sender.
TEST(ClientFrames, of_the_original_service_design_are_read) {
  const auto request = request_in<SendMessage>("service_design_message");
  EXPECT_EQ(request.conversation.text(), "conv_123");
  EXPECT_EQ(request.content, "Hello World");
  EXPECT_EQ(request.type, MessageType::text);
  EXPECT_EQ(request.client_msg_id, "");
  EXPECT_EQ(parse_conversation_id(request.conversation.text()).code(), ErrorCode::invalid_params);
}

TEST(ClientFrames, of_the_original_detailed_design_are_read) {
  const auto request = request_in<SendMessage>("detailed_design_send_message");
  EXPECT_TRUE(parse_conversation_id(request.conversation.text()).ok());
  EXPECT_EQ(request.content, "你好，世界");
  EXPECT_EQ(request.type, MessageType::text);
  EXPECT_EQ(request.client_msg_id, "temp_1700000000000_k3j9");
}

TEST(ClientFrames, in_snake_case_are_read) {
  const auto request = request_in<SendMessage>("snake_case");
  EXPECT_EQ(read("snake_case").id, "7");
  EXPECT_EQ(request.conversation.text(), "group_42");
  EXPECT_EQ(request.type, MessageType::image);
  EXPECT_EQ(request.client_msg_id, "1_1700000000000_x");
  EXPECT_EQ(request.reply_to, MessageId{7'301'444'403'200'000'001});
}

TEST(ClientFrames, of_every_other_kind_are_read) {
  EXPECT_EQ(request_in<SendMessage>("to_user").to_user, UserId{7'301'444'403'200'000'002});
  EXPECT_EQ(request_in<Pull>("pull").after, Seq{118});
  EXPECT_EQ(request_in<Sync>("sync").positions.size(), 2U);
  EXPECT_EQ(request_in<Ack>("ack").seq, Seq{120});
  EXPECT_EQ(request_in<MarkRead>("mark_read").seq, Seq{119});
  EXPECT_TRUE(request_in<Typing>("typing").on);
  request_in<Ping>("ping");
  EXPECT_EQ(request_in<Auth>("auth").token, "eyJhbGciOiJIUzI1NiJ9.e30.c2ln");
}

TEST(ClientFrames, are_all_read_by_some_test) {
  for (const auto& name : names_in(folder("client"))) EXPECT_TRUE(read(name).request.ok()) << name;
}

}  // namespace
}  // namespace gochat::wire
