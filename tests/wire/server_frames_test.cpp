#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <map>

#include "domain/conversation.hpp"
#include "protocol/classic_codec.hpp"
#include "protocol/frame_codec.hpp"
#include "protocol/http_json.hpp"
#include "wire/files.hpp"

namespace gochat::wire {
namespace {

using namespace protocol;

constexpr UserId alice{7'301'444'403'200'000'001};
constexpr UserId bob{7'301'444'403'200'000'002};
constexpr MessageId message_id{7'301'444'999'900'000'003};
constexpr auto noon = wall_time(1'750'000'000'123);
const ConversationId room{"group_42"};
const ConversationId pair = single_id(alice, bob);
constexpr std::string_view epoch = "e-1";
constexpr std::string_view client_id = "temp_1700000000000_k3j9";

Message text_message() {
  return {message_id,
          room,
          alice,
          std::string{client_id},
          0,
          MessageType::text,
          "你好 \"世界\"\n",
          MessageId{},
          Seq{119},
          false,
          noon};
}

Message recalled_image() {
  auto message = text_message();
  message.type = MessageType::image;
  message.content = "https://cdn.example.org/gone.png";
  message.recalled = true;
  message.reply_to = MessageId{7'301'444'999'900'000'001};
  message.seq = Seq{120};
  return message;
}

ConversationEvent event(EventNo no, EventKind kind, std::int64_t subject, std::int64_t argument) {
  return {room, no, Seq{118}, kind, alice, subject, argument, noon};
}

using Said = std::map<std::string, std::string>;

void add_talk(Said& said) {
  const auto message = text_message();
  said["connected"] =
      encode_classic(Connected{SessionId{7'301'444'000'000'000'009}, alice, 30, {}, noon, epoch});
  said["message_ack_accepted"] = encode_classic(MessageAccepted{client_id}, "7");
  said["message_ack_stored"] =
      encode_classic(MessageStored{client_id, room, message_id, Seq{119}, noon, false}, "7");
  said["message_ack_duplicate"] =
      encode_classic(MessageStored{client_id, room, message_id, Seq{119}, noon, true});
  said["new_message"] = encode_classic(NewMessage{{message, "Alice"}});
  said["pong"] = encode_classic(Pong{noon, 12'345}, "11");
  said["bye_restart"] = encode_classic(Bye{CloseCode::restart, 800});
  said["bye_replaced"] = encode_classic(Bye{CloseCode::replaced, 0});
  const auto late = refused(ErrorCode::rate_limited, "10 sends a second");
  auto limited = late;
  limited.retry_after_ms = 1'200;
  said["error_rate_limited"] = encode_classic(ErrorFrame{limited, client_id}, "7");
  said["error_chinese"] = encode_classic(
      ErrorFrame{refused(ErrorCode::invalid_params, "content is empty"), {}, Language::chinese});
  said["error_internal"] = encode_classic(ErrorFrame{failed(ErrorCode::internal, "disk is gone")});
}

void add_history(Said& said) {
  const auto first = text_message();
  const auto second = recalled_image();
  const std::array messages{MessageView{first, "Alice"}, MessageView{second, "Alice"}};
  const std::array voids{std::pair{Seq{121}, Seq{123}}};
  const std::array events{event(EventNo{1}, EventKind::join, bob.number(), 0),
                          event(EventNo{2}, EventKind::role, bob.number(), 2),
                          event(EventNo{3}, EventKind::mute, bob.number(), ms(noon) + 60'000),
                          event(EventNo{4}, EventKind::recall, message_id.number(), 120),
                          event(EventNo{5}, EventKind::settings, 0, 0),
                          event(EventNo{6}, EventKind::kick, bob.number(), 0),
                          event(EventNo{7}, EventKind::transfer, bob.number(), 0),
                          event(EventNo{8}, EventKind::leave, bob.number(), 0),
                          event(EventNo{9}, EventKind::disband, 0, 0)};
  const PageView page{messages, events, voids, std::nullopt, Seq{123}, EventNo{9}, true};
  said["pull_result"] = encode_classic(PullResult{room, page, epoch}, "9");
  PageView backward{};
  backward.from_seq = Seq{1};
  backward.up_to_seq = Seq{40};
  said["pull_result_backward"] = encode_classic(PullResult{pair, backward, epoch}, "9");

  ConversationView group{.id = room};
  group.kind = ConversationKind::group;
  group.target = GroupView{"42", "工作", "", 3};
  group.last_message = "你好";
  group.last_message_time = noon;
  group.unread = 4;
  group.last_seq = Seq{123};
  group.read_seq = Seq{119};
  ConversationView left{.id = pair};
  left.last_seq = Seq{7};
  const std::array synced{SyncedView{group, page}, SyncedView{left, {}, true}};
  said["sync_result"] = encode_classic(SyncResult{synced, epoch, false}, "10");
  said["sync_result_complete"] = encode_classic(SyncResult{{}, epoch, true}, "10");
}

void add_changes(Said& said) {
  ConversationView line{.id = room};
  line.last_message = "你好";
  line.last_message_time = noon;
  said["conversation_update"] = encode_classic(ConversationUpdate{line});
  ConversationView whole{.id = pair};
  whole.kind = ConversationKind::single;
  whole.target = PeerView{bob, "bob", "", true};
  whole.last_message = "";
  whole.last_message_time = noon;
  whole.unread = 0;
  whole.last_seq = Seq{0};
  whole.read_seq = Seq{0};
  whole.muted = false;
  whole.pinned = true;
  said["conversation_update_new"] = encode_classic(ConversationUpdate{whole});
  const auto renamed = event(EventNo{5}, EventKind::settings, 0, 0);
  ConversationView name{.id = room};
  name.target = GroupView{"42", "新名字", "https://a/b.png", 3};
  said["conversation_update_settings"] = encode_classic(ConversationUpdate{name, &renamed});

  said["read"] = encode_classic(ReadNotice{pair, bob, Seq{5}});
  said["delivered"] = encode_classic(DeliveredNotice{pair, bob, Seq{6}});
  said["typing"] = encode_classic(TypingNotice{pair, bob, true});
  const std::array friends{OnlineView{alice, true}, OnlineView{bob, false}};
  said["friend_online"] = encode_classic(FriendOnline{std::span{friends}.first(1)});
  said["friend_online_list"] = encode_classic(FriendOnline{friends});
  said["group_member_online"] = encode_classic(GroupMemberOnline{GroupId{42}, bob, false});
  const auto unmuted = event(EventNo{6}, EventKind::mute, bob.number(), 0);
  said["conversation_update_unmuted"] =
      encode_classic(ConversationUpdate{ConversationView{.id = room}, &unmuted});
  said["message_recalled"] =
      encode_classic(MessageRecalled{room, message_id, Seq{120}, alice, EventNo{4}});
  const std::array users{alice, bob};
  said["member_added"] =
      encode_classic(MembersChanged{room, GroupId{42}, users, alice, EventNo{1}, 3, true});
  said["member_removed"] =
      encode_classic(MembersChanged{room, GroupId{42}, users, alice, EventNo{6}, 1, false});
}

void add_http(Said& said) {
  said["http_success"] = success_body(R"({"userId":"1"})", "ok");
  said["http_success_empty"] = success_body("", "ok");
  auto limited = refused(ErrorCode::rate_limited, "10 sends a second");
  limited.retry_after_ms = 1'200;
  said["http_problem"] =
      problem_body(limited, {"4bf92f35", "/api/v1/messages", Language::english, R"({"limit":10})"});
  said["http_problem_chinese"] =
      problem_body(failed(ErrorCode::fenced, "lane 3"), {"", "", Language::chinese});
}

Said all() {
  Said said;
  add_talk(said);
  add_history(said);
  add_changes(said);
  add_http(said);
  return said;
}

TEST(GoldenFrames, are_said_as_promised) {
  const bool write = std::getenv("GOCHAT_WRITE_GOLDEN") != nullptr;
  for (const auto& [name, json] : all()) {
    const auto path = folder("golden") / (name + ".json");
    if (write) std::ofstream{path, std::ios::binary} << json << '\n';
    EXPECT_EQ(json, read_file(path)) << name;
  }
}

TEST(GoldenFrames, are_all_still_said) {
  std::set<std::string> names;
  for (const auto& [name, json] : all()) names.insert(name);
  EXPECT_EQ(names_in(folder("golden")), names);
}

TEST(GoldenFrames, are_strict_json_themselves) {
  for (const auto& [name, json] : all()) EXPECT_TRUE(JsonObject::parse(json).ok()) << name;
}

TEST(GoldenFrames, cover_every_kind_of_server_frame) {
  std::set<std::string> types;
  for (const auto& [name, json] : all()) {
    const auto frame = JsonObject::parse(json);
    const auto type = frame->text({"type"});
    if (!name.starts_with("http_")) types.insert(std::string{**type});
  }
  EXPECT_THAT(types, testing::UnorderedElementsAre(
                         "connected", "message-ack", "new-message", "error", "pull-result",
                         "sync-result", "conversation-update", "read", "delivered", "typing",
                         "friend-online", "group-member-online", "message-recalled", "member-added",
                         "member-removed", "pong", "bye"));
}

TEST(ClassicCodec, is_the_same_behind_the_interface) {
  const auto& codec = classic_codec();
  EXPECT_TRUE(codec.is_text());
  EXPECT_EQ(codec.encode(Pong{noon, 12'345}, "11"), all()["pong"]);
  const auto message = text_message();
  EXPECT_EQ(codec.encode(NewMessage{{message, "Alice"}}), all()["new_message"]);
  EXPECT_TRUE(codec.parse(R"({"type":"ping"})").request.ok());
}

}  // namespace
}  // namespace gochat::wire
