#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>

#include "domain/conversation.hpp"
#include "protocol/frame_codec.hpp"
#include "protocol/http_json.hpp"
#include "protocol/timeline_codec.hpp"
#include "wire/files.hpp"
#include "wire/requests.hpp"

namespace gochat::wire {
namespace {

using namespace protocol;

constexpr UserId alice{7'301'444'403'200'000'001};
constexpr UserId bob{7'301'444'403'200'000'002};
constexpr MessageId message_id{7'301'444'999'900'000'003};
constexpr auto noon = wall_time(1'750'000'000'123);
const ConversationId room{"group_1"};
constexpr std::string_view msg_id = "7c9e6679-7425-40de-944b-e07fc1f90ae7";

ClientFrame read(const std::string& name) {
  const auto path = folder("timeline_client") / (name + ".json");
  EXPECT_TRUE(std::filesystem::exists(path)) << path;
  return parse_timeline(read_file(path));
}

template <class Request>
Request request_in(const std::string& name) {
  return request_of<Request>(read(name), name);
}

TEST(TimelinePackets, of_the_staged_plan_are_read) {
  request_in<Ping>("heartbeat");
  EXPECT_EQ(request_in<Auth>("login").token, "eyJhbGciOiJIUzI1NiJ9.e30.c2ln");
  const auto chat = request_in<SendMessage>("chat");
  EXPECT_EQ(chat.conversation, room);
  EXPECT_EQ(chat.content, "你好，世界");
  EXPECT_EQ(chat.type, MessageType::text);
  EXPECT_EQ(chat.client_msg_id, msg_id);
  for (const auto* name : {"pull_by_seq", "pull_by_local_seq"}) {
    const auto pull = request_in<Pull>(name);
    EXPECT_EQ(pull.conversation, room);
    EXPECT_EQ(pull.after, Seq{100});
    EXPECT_EQ(pull.limit, 50U);
  }
  request_in<PullInbox>("pull_inbox");
  EXPECT_EQ(request_in<Ack>("ack").seq, Seq{101});
  EXPECT_EQ(request_in<AckMessage>("ack_by_msg_id").client_msg_id, msg_id);
  EXPECT_EQ(request_in<MarkRead>("ack_read").seq, Seq{101});
}

TEST(TimelinePackets, are_all_read_by_some_test) {
  for (const auto& name : names_in(folder("timeline_client"))) {
    EXPECT_TRUE(read(name).request.ok()) << name;
  }
}

using Said = std::map<std::string, std::string>;

Message text_message() {
  return {message_id,
          room,
          alice,
          std::string{msg_id},
          0,
          MessageType::text,
          "你好 \"世界\"\n",
          MessageId{},
          Seq{101},
          false,
          noon};
}

Said all() {
  Said said;
  const auto first = text_message();
  auto second = first;
  second.type = MessageType::image;
  second.content = "https://cdn.example.org/gone.png";
  second.recalled = true;
  second.seq = Seq{102};
  const std::array messages{MessageView{first, "Alice", DeliveryStatus::read},
                            MessageView{second, "Alice", DeliveryStatus::delivered}};
  said["heartbeat"] = encode_timeline(Pong{noon, 12'345}, "0:");
  said["login"] = encode_timeline(
      Connected{SessionId{7'301'444'000'000'000'009}, alice, 30, {}, noon, "e-1"}, "1:login-1");
  said["chat_accepted"] = encode_timeline(MessageAccepted{msg_id}, "2:");
  said["chat_stored"] =
      encode_timeline(MessageStored{msg_id, room, message_id, Seq{101}, noon, false}, "2:");
  said["push"] = encode_timeline(NewMessage{{first, "Alice"}});
  PageView page{.messages = messages};
  page.up_to_seq = Seq{102};
  page.has_more = true;
  said["pull"] = encode_timeline(PullResult{room, page, "e-1"}, "3:p-1");
  said["pull_inbox"] = encode_timeline(InboxPage{messages, false}, "3:p-2");
  said["ack"] = encode_timeline(PositionStands{room, Seq{101}}, "4:a-1");
  said["delivered"] = encode_timeline(DeliveredNotice{room, bob, Seq{101}});
  said["read"] = encode_timeline(ReadNotice{room, bob, Seq{101}});
  auto limited = refused(ErrorCode::rate_limited, "10 sends a second");
  limited.retry_after_ms = 1'200;
  said["chat_refused"] = encode_timeline(ErrorFrame{limited, msg_id}, "2:");
  said["login_refused"] =
      encode_timeline(ErrorFrame{refused(ErrorCode::token_expired, "")}, "1:login-1");
  said["not_a_packet"] =
      encode_timeline(ErrorFrame{refused(ErrorCode::invalid_params, "JSON is malformed")}, "-1:");
  return said;
}

TEST(TimelineGolden, is_said_as_promised) {
  const bool write = std::getenv("GOCHAT_WRITE_GOLDEN") != nullptr;
  for (const auto& [name, json] : all()) {
    const auto path = folder("timeline_golden") / (name + ".json");
    if (write) std::ofstream{path, std::ios::binary} << json << '\n';
    EXPECT_EQ(json, read_file(path)) << name;
    EXPECT_TRUE(JsonObject::parse(json).ok()) << name;
  }
}

TEST(TimelineGolden, is_all_still_said) {
  std::set<std::string> names;
  for (const auto& [name, json] : all()) names.insert(name);
  EXPECT_EQ(names_in(folder("timeline_golden")), names);
}

// The answer to a retry is the first one's, byte for byte.
TEST(TimelineGolden, says_nothing_of_a_duplicate) {
  EXPECT_EQ(encode_timeline(MessageStored{msg_id, room, message_id, Seq{101}, noon, true}, "2:"),
            all()["chat_stored"]);
}

TEST(TimelineGolden, has_no_word_for_what_the_staged_plan_does_not_know) {
  const std::array<ServerFrame, 4> unsaid{TypingNotice{room, bob, true}, Bye{}, SyncResult{},
                                          MessageRecalled{room, message_id, Seq{1}, bob, {}}};
  for (const auto& frame : unsaid) EXPECT_EQ(encode_timeline(frame), "");
}

}  // namespace
}  // namespace gochat::wire
