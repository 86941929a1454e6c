#include "net/ws_handshake.hpp"

#include <gtest/gtest.h>

namespace gochat::net {
namespace {

constexpr std::string_view key = "dGhlIHNhbXBsZSBub25jZQ==";

std::string handshake(std::string_view first_line, std::string_view fields) {
  return std::string{first_line} + "\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n" +
         std::string{fields} + "\r\n";
}

int outcome(const std::string& text) {
  const RequestHead head = parse_request_head(text, {});
  if (head.refusal) return head.refusal->status;
  if (!wants_websocket(head.request)) return 0;
  const auto refusal = refuse_handshake(head);
  return refusal ? refusal->status : 101;
}

TEST(WsHandshake, proves_that_the_key_was_read) {
  EXPECT_EQ(websocket_accept(key), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
  EXPECT_EQ(switching_protocols(key, "gochat.v1.json"),
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\nSec-WebSocket-Protocol: "
            "gochat.v1.json\r\n\r\n");
}

TEST(WsHandshake, is_accepted_only_when_it_is_whole) {
  const std::string get = "GET /ws HTTP/1.1";
  const std::string host = "Host: a\r\n";
  const std::string version = "Sec-WebSocket-Version: 13\r\n";
  const auto keyed = [](std::string_view value) {
    return "Sec-WebSocket-Key: " + std::string{value} + "\r\n";
  };
  const std::string good_key = keyed(key);
  EXPECT_EQ(outcome(handshake(get, host + version + good_key)), 101);
  EXPECT_EQ(outcome(handshake("POST /ws HTTP/1.1", host + version + good_key)), 400);
  EXPECT_EQ(outcome(handshake("GET /ws HTTP/1.0", host + version + good_key)), 400);
  EXPECT_EQ(outcome(handshake(get, version + good_key)), 400);
  EXPECT_EQ(outcome(handshake(get, "Host:\r\n" + version + good_key)), 400);
  EXPECT_EQ(outcome(handshake(get, host + good_key)), 426);
  EXPECT_EQ(outcome(handshake(get, host + good_key + "Sec-WebSocket-Version: 8\r\n")), 426);
  EXPECT_EQ(outcome(handshake(get, host + good_key + version + version)), 426);
  EXPECT_EQ(outcome(handshake(get, host + version)), 400);
  EXPECT_EQ(outcome(handshake(get, host + version + good_key + good_key)), 400);
  EXPECT_EQ(outcome(handshake(get, host + version + good_key + "Content-Length: 3\r\n")), 400);
  for (const char* bad :
       {"", "dGhlIHNhbXBsZSBub25jZQ", "dGhlIHNhbXBsZSBub25jZR==", "dGhlIHNhbXBsZSBub25j!Q==",
        "dGhlIHNhbXBsZSBub25jZQ=A", "dGhlIHNhbXBsZSBub25jZSBsb25nZXI="}) {
    EXPECT_EQ(outcome(handshake(get, host + version + keyed(bad))), 400) << bad;
  }
}

TEST(WsHandshake, other_upgrades_are_plain_requests) {
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade\r\n\r\n"), 0);
  EXPECT_EQ(outcome("GET / HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n\r\n"), 0);
}

TEST(WsHandshake, a_long_list_of_protocols_is_read_in_one_pass) {
  std::string value = "Sec-WebSocket-Protocol: ";
  for (int n = 0; n < 2000; ++n) value += "a,";
  const auto head = parse_request_head("GET / HTTP/1.1\r\nHost: a\r\n" + value + "\r\n\r\n", {});
  EXPECT_EQ(head.request.headers.list("Sec-WebSocket-Protocol").size(), 2000u);
}

}  // namespace
}  // namespace gochat::net
