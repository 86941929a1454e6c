#include "net/ws_codec.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "net/ws_codec_fixture.hpp"

namespace gochat::net {
namespace {

using testing::ElementsAre;

TEST(WsCodec, tells_messages_of_every_length_encoding) {
  for (std::size_t size : {0, 1, 7, 8, 9, 125, 126, 127, 128, 65535, 65536}) {
    const std::string payload(size, 'x');
    EXPECT_THAT(told_pieces({client(Opcode::text, payload)}), ElementsAre("text " + payload));
    EXPECT_THAT(told_pieces({client(Opcode::binary, payload)}), ElementsAre("binary " + payload));
  }
}

TEST(WsCodec, tells_a_message_in_fragments_once_it_is_whole) {
  EXPECT_THAT(
      told_pieces({client(Opcode::text, "one ", false), client(Opcode::continuation, "two ", false),
                   client(Opcode::continuation, "three"), client(Opcode::binary, "next")}),
      ElementsAre("text one two three", "binary next"));
  EXPECT_THAT(told_pieces({client(Opcode::text, "", false), client(Opcode::continuation, "", false),
                           client(Opcode::continuation, "")}),
              ElementsAre("text "));
}

TEST(WsCodec, lets_control_frames_pass_between_fragments) {
  EXPECT_THAT(told_pieces({client(Opcode::text, "a", false), client(Opcode::ping, "p"),
                           client(Opcode::continuation, "b", false), client(Opcode::pong, "q"),
                           client(Opcode::continuation, "c")}),
              ElementsAre("ping p", "pong q", "text abc"));
}

TEST(WsCodec, refuses_what_breaks_the_protocol_with_1002) {
  const std::string p125(125, 'x');
  const std::string p126(126, 'x');
  const std::vector<std::pair<const char*, std::vector<Piece>>> cases{
      {"unmasked", {{{.opcode = Opcode::text}, "hello"}}},
      {"rsv1", {{{.opcode = Opcode::text, .mask = 1, .reserved = 4}, "x"}}},
      {"rsv2", {{{.opcode = Opcode::text, .mask = 1, .reserved = 2}, "x"}}},
      {"rsv3", {{{.opcode = Opcode::ping, .mask = 1, .reserved = 1}, "x"}}},
      {"opcode 3", {client(static_cast<Opcode>(3), "")}},
      {"opcode 7", {client(static_cast<Opcode>(7), "x")}},
      {"opcode 11", {client(static_cast<Opcode>(11), "")}},
      {"opcode 15", {client(static_cast<Opcode>(15), "x")}},
      {"ping in fragments", {client(Opcode::ping, "", false)}},
      {"close in fragments", {client(Opcode::close, "", false)}},
      {"long ping", {client(Opcode::ping, p126)}},
      {"long pong", {client(Opcode::pong, p126)}},
      {"long close", {client(Opcode::close, close_payload(1000, "") + std::string(124, 'x'))}},
      {"continuation of nothing", {client(Opcode::continuation, "x")}},
      {"continuation after the end",
       {client(Opcode::text, "a", false), client(Opcode::continuation, "b"),
        client(Opcode::continuation, "c")}},
      {"text inside text", {client(Opcode::text, "a", false), client(Opcode::text, "b")}},
      {"binary inside text",
       {client(Opcode::text, "a", false), client(Opcode::binary, "b", false)}},
      {"half a close code", {client(Opcode::close, "\x03")}},
  };
  for (const auto& [name, pieces] : cases) {
    SCOPED_TRACE(name);
    EXPECT_EQ(told_pieces(pieces).back(), "violation 1002");
  }
  EXPECT_THAT(told_pieces({client(Opcode::ping, p125)}), ElementsAre("ping " + p125));
}

TEST(WsCodec, refuses_lengths_that_are_not_in_their_shortest_form) {
  using namespace std::string_literals;
  const std::string mask(4, '\0');
  for (const auto& header :
       {"\x81\xFE\x00\x05"s, "\x81\xFE\x00\x7D"s, "\x81\xFF\0\0\0\0\0\0\0\x05"s,
        "\x81\xFF\0\0\0\0\0\0\xFF\xFF"s, "\x81\xFF\x80\0\0\0\0\x01\0\0"s}) {
    EXPECT_THAT(told_always({header + mask}), ElementsAre("violation 1002"));
  }
}

TEST(WsCodec, judges_a_header_before_its_payload_comes) {
  using namespace std::string_literals;
  EXPECT_THAT(told({"\x81\x05"s}), ElementsAre("violation 1002")) << "unmasked";
  EXPECT_THAT(told({"\x82\xFF\0\0\0\0\x7F\xFF\xFF\xFF\0\0\0\0"s}), ElementsAre("violation 1009"));
}

TEST(WsCodec, accepts_exactly_the_close_codes_that_may_be_sent) {
  for (unsigned code = 0; code < 5100; ++code) {
    const bool allowed = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
                         (code >= 3000 && code <= 4999);
    std::string payload{static_cast<char>(code >> 8), static_cast<char>(code & 0xFF)};
    const auto lines = told({bytes_of(client(Opcode::close, payload + "why"))});
    const auto expected = allowed ? "close " + std::to_string(code) + " why" : "violation 1002";
    ASSERT_THAT(lines, ElementsAre(expected));
  }
  EXPECT_THAT(told({bytes_of(client(Opcode::close, "\xFF\xFFwhy"))}),
              ElementsAre("violation 1002"));
  EXPECT_THAT(told_pieces({client(Opcode::close, "")}), ElementsAre("close 1005 "));
}

TEST(WsCodec, reads_nothing_after_a_close) {
  EXPECT_THAT(told_pieces({client(Opcode::close, ""), client(Opcode::text, "late")}),
              ElementsAre("close 1005 "));
  WsParser parser{WsParser::From::client};
  std::string bytes = bytes_of(client(Opcode::close, "")) + bytes_of(client(Opcode::text, "late"));
  EXPECT_EQ(parser.next(bytes, limits).event, WsEvent::close);
  EXPECT_EQ(parser.next(bytes, limits).event, WsEvent::need_more);
}

TEST(WsCodec, refuses_text_that_is_not_utf8_with_1007) {
  const std::string kosme =
      "\xCE\xBA\xE1\xBD\xB9\xCF\x83\xCE\xBC\xCE\xB5 \xF0\x9F\x98\x80 \xE4\xB8\x96\xE7\x95\x8C";
  EXPECT_THAT(told_pieces({client(Opcode::text, kosme)}), ElementsAre("text " + kosme));
  for (std::size_t cut = 0; cut <= kosme.size(); ++cut) {
    EXPECT_THAT(told_pieces({client(Opcode::text, kosme.substr(0, cut), false),
                             client(Opcode::continuation, kosme.substr(cut))}),
                ElementsAre("text " + kosme));
  }
  for (const std::string bad : {"\xC0\x80",
                                "\xC1\xBF",
                                "\xE0\x80\xAF",
                                "\xE0\x9F\xBF",
                                "\xED\xA0\x80",
                                "\xED\xBF\xBF",
                                "\xF0\x80\x80\xAF",
                                "\xF0\x8F\xBF\xBF",
                                "\xF4\x90\x80\x80",
                                "\xF5\x80\x80\x80",
                                "\xFF",
                                "\xFE",
                                "\x80",
                                "\xBF",
                                "\xC2",
                                "\xE1\xBD",
                                "\xF0\x9F\x98",
                                "\xC2\xC2",
                                "\xE1\x41\x41",
                                "ok\xF8\x88\x80\x80\x80"}) {
    SCOPED_TRACE(testing::PrintToString(bad));
    EXPECT_THAT(told_pieces({client(Opcode::text, bad)}), ElementsAre("violation 1007"));
    EXPECT_THAT(told_pieces({client(Opcode::text, "a", false), client(Opcode::continuation, bad)}),
                ElementsAre("violation 1007"));
    EXPECT_THAT(told_pieces({client(Opcode::binary, bad)}), ElementsAre("binary " + bad));
    EXPECT_THAT(told_pieces({client(Opcode::close, close_payload(1000, "") + bad)}),
                ElementsAre("violation 1007"));
  }
}

TEST(WsCodec, says_bad_text_as_soon_as_a_fragment_shows_it) {
  EXPECT_THAT(told_pieces({client(Opcode::text, "\xCE\xBA\xE1", false),
                           client(Opcode::continuation, "\xED\xA0", false)}),
              ElementsAre("violation 1007"));
}

TEST(WsCodec, counts_fragments_and_bytes_of_a_message_and_refuses_with_1009) {
  const WsLimits small{.message_bytes_max = 10, .fragments_max = 4};
  const std::string ten(10, 'x');
  EXPECT_THAT(told_pieces({client(Opcode::text, ten)}, small), ElementsAre("text " + ten));
  EXPECT_THAT(told_pieces({client(Opcode::text, ten + "x")}, small), ElementsAre("violation 1009"));
  EXPECT_THAT(
      told_pieces({client(Opcode::text, "12345", false), client(Opcode::continuation, "12345")},
                  small),
      ElementsAre("text 1234512345"));
  EXPECT_THAT(
      told_pieces({client(Opcode::text, "12345", false), client(Opcode::continuation, "123456")},
                  small),
      ElementsAre("violation 1009"));
  std::vector<Piece> empty{client(Opcode::binary, "", false)};
  for (int n = 0; n < 2; ++n) empty.push_back(client(Opcode::continuation, "", false));
  auto at_limit = empty;
  at_limit.push_back(client(Opcode::continuation, ""));
  EXPECT_THAT(told_pieces(at_limit, small), ElementsAre("binary "));
  auto above = empty;
  above.push_back(client(Opcode::continuation, "", false));
  above.push_back(client(Opcode::continuation, ""));
  EXPECT_THAT(told_pieces(above, small), ElementsAre("violation 1009"));
}

TEST(WsCodec, a_million_empty_fragments_end_at_the_sixty_fifth) {
  std::string bytes = bytes_of(client(Opcode::text, "", false));
  const std::string more = bytes_of(client(Opcode::continuation, "", false));
  for (int n = 0; n < 1'000'000; ++n) bytes += more;
  EXPECT_THAT(told({std::move(bytes)}), ElementsAre("violation 1009"));
}

TEST(WsCodec, a_client_reads_unmasked_frames_only) {
  const std::string plain = bytes_of({{.opcode = Opcode::text}, "hi"});
  EXPECT_THAT(told_always({plain}, WsParser::From::server), ElementsAre("text hi"));
  EXPECT_THAT(told_always({bytes_of(client(Opcode::text, "hi"))}, WsParser::From::server),
              ElementsAre("violation 1002"));
}

TEST(WsCodec, leaves_bytes_that_are_not_consumed_unchanged) {
  const std::string sent = bytes_of(client(Opcode::text, "hello world"));
  std::string part = sent.substr(0, sent.size() - 1);
  const std::string before = part;
  WsParser parser{WsParser::From::client};
  const WsStep step = parser.next(part, limits);
  EXPECT_EQ(step.event, WsEvent::need_more);
  EXPECT_EQ(step.consumed, 0u);
  EXPECT_EQ(step.wanted, sent.size());
  EXPECT_EQ(part, before);
}

TEST(WsCodec, an_encoded_frame_is_what_a_client_reads) {
  for (std::size_t size : {0, 1, 125, 126, 65535, 65536}) {
    const std::string payload(size, 'y');
    EXPECT_THAT(
        told({std::string{EncodedFrame::text(payload).bytes().view()}}, WsParser::From::server),
        ElementsAre("text " + payload));
  }
  const auto closed = [](std::uint16_t code, std::string_view reason) {
    return told({std::string{EncodedFrame::close(code, reason).bytes().view()}},
                WsParser::From::server);
  };
  EXPECT_THAT(closed(4000, "reconnect now"), ElementsAre("close 4000 reconnect now"));
  EXPECT_THAT(closed(close_code::none_given, ""), ElementsAre("close 1005 "));
  std::string long_reason;
  for (int n = 0; n < 60; ++n) long_reason += "\xE4\xB8\x96";
  EXPECT_THAT(closed(1000, long_reason), ElementsAre("close 1000 " + long_reason.substr(0, 123)));
}

}  // namespace
}  // namespace gochat::net
