#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "protocol/classic_codec.hpp"

namespace gochat::protocol {
namespace {

using testing::HasSubstr;

template <class Request>
Request request_in(std::string_view json) {
  auto frame = parse_classic(json);
  EXPECT_TRUE(frame.request.ok()) << json << ": "
                                  << (frame.request.ok() ? "" : frame.request.error().hint);
  if (!frame.request || !std::holds_alternative<Request>(*frame.request)) {
    ADD_FAILURE() << "another request: " << json;
    return {};
  }
  return std::get<Request>(*frame.request);
}

std::string refusal_of(std::string_view json) {
  const auto frame = parse_classic(json);
  if (frame.request) return "accepted";
  EXPECT_EQ(frame.request.code(), ErrorCode::invalid_params) << json;
  return frame.request.error().hint;
}

std::string with(std::string_view type, std::string_view members) {
  return std::string{R"({"type":")"} + std::string{type} + R"(","data":{)" + std::string{members} +
         "}}";
}

std::string send(std::string_view members) { return with("send-message", members); }

std::string nested(std::size_t depth) {
  // Two levels are the frame and its data.
  return R"({"type":"ping","data":{"x":)" + std::string(depth - 2, '[') +
         std::string(depth - 2, ']') + "}}";
}

TEST(ClassicParse, reads_a_send_with_all_its_members) {
  const auto frame =
      parse_classic(R"({"type":"send-message","id":"r1","data":{"conversationId":"group_7",)"
                    R"("content":"hi 世界",)"
                    R"("messageType":"text","tempMessageId":"t-1","replyTo":"123"}})");
  EXPECT_EQ(frame.id, "r1");
  ASSERT_TRUE(frame.request.ok());
  const auto& request = std::get<SendMessage>(*frame.request);
  EXPECT_EQ(request.conversation.text(), "group_7");
  EXPECT_FALSE(request.to_user);
  EXPECT_EQ(request.content, "hi 世界");
  EXPECT_EQ(request.type, MessageType::text);
  EXPECT_EQ(request.client_msg_id, "t-1");
  EXPECT_EQ(request.reply_to, MessageId{123});
}

TEST(ClassicParse, takes_snake_case_and_each_name_of_the_client_id) {
  for (const auto* name : {"clientMsgId", "client_msg_id", "tempMessageId", "temp_message_id"}) {
    const auto request = request_in<SendMessage>(
        send(R"("conversation_id":"world","content":"https://a/b","message_type":2,")" +
             std::string{name} + R"(":"c1")"));
    EXPECT_EQ(request.client_msg_id, "c1") << name;
    EXPECT_EQ(request.type, MessageType::image);
  }
}

TEST(ClassicParse, takes_the_seeds_numbers_and_names_of_message_types) {
  EXPECT_EQ(
      request_in<SendMessage>(send(R"("conversationId":"world","content":"x","messageType":1)"))
          .type,
      MessageType::text);
  for (const auto* bad : {"0", "3", "1.0", "\"video\"", "true", "[]", "\"1\""}) {
    EXPECT_THAT(refusal_of(send(
                    std::string{R"("conversationId":"world","content":"x","messageType":)"} + bad)),
                HasSubstr("messageType"))
        << bad;
  }
}

TEST(ClassicParse, takes_message_for_send_message) {
  EXPECT_EQ(
      request_in<SendMessage>(with("message", R"("conversationId":"world","content":"x")")).content,
      "x");
}

TEST(ClassicParse, finds_the_type_behind_the_data) {
  EXPECT_EQ(request_in<SendMessage>(
                R"({"data":{"content":"x","conversationId":"world"},"type":"send-message"})")
                .content,
            "x");
}

TEST(ClassicParse, leaves_the_client_id_to_the_server_when_absent_empty_or_null) {
  for (const auto* members : {R"("conversationId":"world","content":"x")",
                              R"("conversationId":"world","content":"x","clientMsgId":"")",
                              R"("conversationId":"world","content":"x","clientMsgId":null)"}) {
    EXPECT_EQ(request_in<SendMessage>(send(members)).client_msg_id, "");
  }
}

TEST(ClassicParse, sends_to_a_conversation_or_to_a_person) {
  const auto to_person = request_in<SendMessage>(send(R"("toUserId":"42","content":"x")"));
  EXPECT_EQ(to_person.to_user, UserId{42});
  EXPECT_FALSE(to_person.conversation);
  EXPECT_THAT(refusal_of(send(R"("content":"x")")), HasSubstr("conversationId or toUserId"));
  EXPECT_THAT(refusal_of(send(R"("content":"x","conversationId":"world","toUserId":"4")")),
              HasSubstr("conversationId or toUserId"));
}

TEST(ClassicParse, lets_spellings_of_one_member_agree_but_not_disagree) {
  EXPECT_EQ(request_in<SendMessage>(send(R"("conversationId":"world","content":"x",)"
                                         R"("tempMessageId":"a","clientMsgId":"a")"))
                .client_msg_id,
            "a");
  EXPECT_THAT(refusal_of(send(R"("conversationId":"world","content":"x",)"
                              R"("tempMessageId":"a","clientMsgId":"b")")),
              HasSubstr("clientMsgId"));
}

TEST(ClassicParse, says_the_client_id_of_a_refused_send_back) {
  const auto frame =
      parse_classic(R"({"type":"message","id":"r2","data":{"conversationId":"world",)"
                    R"("content":"","tempMessageId":"t9"}})");
  EXPECT_EQ(frame.request.code(), ErrorCode::invalid_params);
  EXPECT_EQ(frame.id, "r2");
  EXPECT_EQ(frame.client_msg_id, "t9");
  const std::string long_id(65, 'x');
  const auto too_long = parse_classic(
      send(R"("conversationId":"world","content":"x","clientMsgId":")" + long_id + '"'));
  EXPECT_EQ(too_long.request.code(), ErrorCode::invalid_params);
  EXPECT_EQ(too_long.client_msg_id, long_id);
}

TEST(ClassicParse, holds_content_to_its_limits) {
  const auto content = [](std::size_t n, std::string_view one) {
    std::string all;
    for (std::size_t k = 0; k < n; ++k) all += one;
    return parse_classic(send(R"("conversationId":"world","content":")" + all + '"'))
        .request.code();
  };
  EXPECT_EQ(content(5'000, "a"), ErrorCode::ok);
  EXPECT_EQ(content(5'001, "a"), ErrorCode::too_large);
  EXPECT_EQ(content(5'000, "😀"), ErrorCode::ok);
  EXPECT_EQ(content(20'001, "a"), ErrorCode::too_large);
  EXPECT_EQ(content(0, "a"), ErrorCode::invalid_params);
  EXPECT_THAT(refusal_of(send(R"("conversationId":"world")")), "content is missing");
}

TEST(ClassicParse, refuses_ids_that_are_numbers_and_says_how_to_write_them) {
  EXPECT_EQ(refusal_of(send(R"("toUserId":42,"content":"x")")),
            "toUserId is an id, and ids are strings: write \"123\", not 123");
  EXPECT_THAT(refusal_of(send(R"("conversationId":7,"content":"x")")),
              HasSubstr("conversationId is a string"));
  for (const auto* bad : {"\"0\"", "\"-1\"", "\"01\"", "\"1x\"", "\" 1\"", "\"\"", "true",
                          "\"9223372036854775808\"", "[\"1\"]"}) {
    EXPECT_THAT(refusal_of(send(std::string{R"("content":"x","toUserId":)"} + bad)),
                HasSubstr("toUserId"))
        << bad;
  }
}

TEST(ClassicParse, accepts_an_unknown_conversation_because_logic_answers_for_it) {
  EXPECT_EQ(request_in<SendMessage>(send(R"("conversationId":"conv_123","content":"x")"))
                .conversation.text(),
            "conv_123");
  EXPECT_THAT(refusal_of(send(R"("content":"x","conversationId":")" + std::string(65, 'c') + '"')),
              HasSubstr("conversationId"));
}

TEST(ClassicParse, ignores_unknown_members_so_that_newer_clients_can_talk_to_it) {
  const auto frame =
      parse_classic(R"({"type":"ping","version":9,"data":{"shiny":{"new":[1,2.5,null]}},"x":"y"})");
  ASSERT_TRUE(frame.request.ok());
  EXPECT_TRUE(std::holds_alternative<Ping>(*frame.request));
}

TEST(ClassicParse, refuses_an_unknown_type_by_its_name) {
  EXPECT_EQ(refusal_of(R"({"type":"dance","data":{}})"), "unknown frame type \"dance\"");
  EXPECT_EQ(refusal_of(R"({"data":{}})"), "type is missing");
  EXPECT_EQ(refusal_of(R"({"type":7})"), "type is a string");
  EXPECT_LT(refusal_of(R"({"type":")" + std::string(60'000, 'x') + R"("})").size(), 100U);
}

TEST(ClassicParse, reads_a_pull) {
  const auto after = request_in<Pull>(
      with("pull", R"("conversationId":"group_1","afterSeq":12,"afterEvent":3,"limit":100)"));
  EXPECT_EQ(after.conversation.text(), "group_1");
  EXPECT_EQ(after.after, Seq{12});
  EXPECT_FALSE(after.before);
  EXPECT_EQ(after.after_event, EventNo{3});
  EXPECT_EQ(after.limit, 100U);
  const auto before = request_in<Pull>(with("pull", R"("conversation_id":"world","before_seq":5)"));
  EXPECT_EQ(before.before, Seq{5});
  EXPECT_EQ(before.limit, limits::page_messages_default);
}

TEST(ClassicParse, refuses_pages_outside_1_to_100_and_cursors_that_are_none) {
  for (const auto* limit : {"0", "101", "-1", "1.5", "\"5\"", "99999999999999999999"}) {
    EXPECT_NE(refusal_of(with("pull", std::string{R"("conversationId":"world","limit":)"} + limit)),
              "accepted")
        << limit;
  }
  EXPECT_THAT(refusal_of(with("pull", R"("conversationId":"world","afterSeq":-1)")),
              HasSubstr("afterSeq"));
  EXPECT_THAT(refusal_of(with("pull", R"("conversationId":"world","afterSeq":"5")")),
              "afterSeq is a whole number");
  EXPECT_THAT(refusal_of(with("pull", R"("conversationId":"world","afterSeq":1,"beforeSeq":2)")),
              HasSubstr("exclude"));
  EXPECT_EQ(refusal_of(with("pull", "")), "conversationId is missing");
}

TEST(ClassicParse, takes_a_cursor_in_the_future_because_logic_answers_for_it) {
  EXPECT_EQ(
      request_in<Pull>(with("pull", R"("conversationId":"world","afterSeq":9223372036854775807)"))
          .after,
      Seq{9'223'372'036'854'775'807ULL});
}

TEST(ClassicParse, reads_a_sync) {
  const auto sync = request_in<Sync>(
      with("sync", R"("epoch":"e1","cursors":{"group_1":[5,2],"world":[0,0]},"more":true)"));
  EXPECT_EQ(sync.epoch, "e1");
  EXPECT_TRUE(sync.more);
  ASSERT_EQ(sync.positions.size(), 2U);
  EXPECT_EQ(sync.positions[0].conversation.text(), "group_1");
  EXPECT_EQ(sync.positions[0].seq, Seq{5});
  EXPECT_EQ(sync.positions[0].event_no, EventNo{2});
  EXPECT_TRUE(request_in<Sync>(R"({"type":"sync"})").positions.empty());
}

TEST(ClassicParse, bounds_the_cursors_of_a_sync) {
  const auto cursors = [](int count) {
    std::string all;
    for (int n = 1; n <= count; ++n) {
      all += (n == 1 ? "\"group_" : ",\"group_") + std::to_string(n) + "\":[1,1]";
    }
    return with("sync", R"("cursors":{)" + all + "}");
  };
  EXPECT_EQ(request_in<Sync>(cursors(1'000)).positions.size(), 1'000U);
  EXPECT_THAT(refusal_of(cursors(1'001)), HasSubstr("at most 1000"));
  for (const auto* bad : {"[1]", "[1,2,3]", "[-1,0]", "[\"1\",0]", "5", "{}", "[1.5,0]"}) {
    EXPECT_THAT(refusal_of(with("sync", std::string{R"("cursors":{"world":)"} + bad + "}")),
                HasSubstr("cursors"))
        << bad;
  }
  EXPECT_EQ(refusal_of(with("sync", R"("cursors":[])")), "cursors is an object");
}

TEST(ClassicParse, reads_positions_typing_and_auth) {
  const auto ack = request_in<Ack>(with("ack", R"("conversationId":"world","seqId":5)"));
  EXPECT_EQ(ack.seq, Seq{5});
  const auto read =
      request_in<MarkRead>(with("mark-read", R"("conversation_id":"world","seq_id":6)"));
  EXPECT_EQ(read.conversation, ConversationId{"world"});
  EXPECT_EQ(read.seq, Seq{6});
  EXPECT_FALSE(request_in<Typing>(with("typing", R"("conversationId":"world","on":false)")).on);
  EXPECT_TRUE(request_in<Typing>(with("typing", R"("conversationId":"world")")).on);
  EXPECT_EQ(request_in<Auth>(with("auth", R"("token":"a.b.c")")).token, "a.b.c");
  EXPECT_EQ(refusal_of(with("ack", R"("conversationId":"world")")), "seqId is missing");
  EXPECT_EQ(refusal_of(with("typing", R"("conversationId":"world","on":1)")),
            "on is true or false");
  EXPECT_EQ(refusal_of(with("auth", "")), "token is missing");
}

TEST(ClassicParse, needs_no_data_for_a_ping) {
  EXPECT_TRUE(parse_classic(R"({"type":"ping","id":"p"})").request.ok());
  EXPECT_TRUE(parse_classic(R"({"type":"ping","data":null})").request.ok());
  EXPECT_EQ(refusal_of(R"({"type":"ping","data":[]})"), "data is an object");
}

TEST(ClassicParse, holds_the_frames_id_to_a_short_string) {
  EXPECT_EQ(refusal_of(R"({"type":"ping","id":7})"), "id is a string");
  EXPECT_THAT(refusal_of(R"({"type":"ping","id":")" + std::string(65, 'i') + R"("})"),
              HasSubstr("id"));
}

TEST(ClassicParse, refuses_what_is_no_json) {
  for (const std::string bad :
       {"", " ", "{", "nonsense", "[]", "7", "null", "{\"type\":\"ping\"}x", "{\"type\":\"ping\",}",
        "{'type':'ping'}", "{\"type\":NaN}", "{\"type\":\"ping\",\"data\":{\"x\":Infinity}}",
        "{\"type\":\"ping\",\"data\":{\"x\":1e999}}", "{\"type\":\"ping\",\"data\":{\"x\":01}}",
        "\xef\xbb\xbf{}"}) {
    EXPECT_NE(refusal_of(bad), "accepted") << bad;
  }
}

TEST(ClassicParse, refuses_depth_33) {
  EXPECT_TRUE(parse_classic(nested(32)).request.ok());
  EXPECT_THAT(refusal_of(nested(33)), HasSubstr("deeper than 32"));
  EXPECT_NE(refusal_of(nested(20'000)), "accepted");
}

TEST(ClassicParse, refuses_a_member_that_is_named_twice) {
  EXPECT_THAT(refusal_of(R"({"type":"ping","type":"ping"})"), HasSubstr("\"type\" twice"));
  EXPECT_THAT(refusal_of(send(R"("content":"a","content":"b","conversationId":"world")")),
              HasSubstr("\"content\" twice"));
  EXPECT_THAT(refusal_of(R"({"type":"ping","data":{"deep":[{"a":1,"\u0061":2}]}})"),
              HasSubstr("\"a\" twice"));
  std::string many = R"({"type":"ping","data":{)";
  for (int n = 0; n < 40; ++n) many += '"' + std::to_string(n) + "\":0,";
  EXPECT_TRUE(parse_classic(many + R"("z":0}})").request.ok());
  EXPECT_THAT(refusal_of(many + R"("3":0}})"), HasSubstr("\"3\" twice"));
}

TEST(ClassicParse, refuses_bytes_and_escapes_that_are_no_utf_8) {
  EXPECT_THAT(refusal_of(send("\"conversationId\":\"world\",\"content\":\"\xff\"")),
              HasSubstr("UTF-8"));
  for (const auto* bad :
       {R"(\ud800)", R"(\udc00)", R"(\ud800x)", R"(\ud800\ud800)", R"(\udfff\ud800)"}) {
    EXPECT_NE(refusal_of(send(std::string{R"("conversationId":"world","content":")"} + bad + '"')),
              "accepted")
        << bad;
  }
  EXPECT_EQ(
      request_in<SendMessage>(send(R"("conversationId":"world","content":"\ud83d\ude00\u4e16")"))
          .content,
      "😀世");
}

TEST(ClassicParse, keeps_a_nul_inside_a_text) {
  EXPECT_EQ(
      request_in<SendMessage>(send(R"("conversationId":"world","content":"a\u0000b")")).content,
      std::string("a\0b", 3));
}

TEST(ClassicParse, refuses_a_frame_above_its_limit) {
  const auto padded = [](std::size_t bytes) {
    const std::string frame = R"({"type":"ping"})";
    return parse_classic(frame + std::string(bytes - frame.size(), ' ')).request.code();
  };
  EXPECT_EQ(padded(limits::frame_bytes_max), ErrorCode::ok);
  EXPECT_EQ(padded(limits::frame_bytes_max + 1), ErrorCode::too_large);
}

TEST(ClassicParse, reads_the_next_frame_whatever_came_before) {
  EXPECT_FALSE(parse_classic("{").request.ok());
  EXPECT_TRUE(parse_classic(R"({"type":"ping"})").request.ok());
  EXPECT_FALSE(parse_classic(nested(40)).request.ok());
  EXPECT_TRUE(parse_classic(R"({"type":"ping"})").request.ok());
}

}  // namespace
}  // namespace gochat::protocol
