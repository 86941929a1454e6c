#include <numeric>

#include "net/server_fixture.hpp"

namespace gochat::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class ServerWs : public ServerTest {
 protected:
  void send(WsClient& client, std::string text) {
    EXPECT_TRUE(run(client.send_text(std::move(text), soon())).ok());
  }
  void send_raw(WsClient& client, std::string bytes) {
    EXPECT_TRUE(run(client.send_raw(std::move(bytes), soon())).ok());
  }
};

TEST_F(ServerWs, echoes_text_and_binary) {
  start();
  auto client = open_ws();
  for (const std::string& text : {std::string{"hello"}, std::string{}, std::string(65536, 'x')}) {
    send(*client, text);
    EXPECT_EQ(received(*client), text);
  }
  EXPECT_TRUE(run(client->send_frame({.opcode = Opcode::binary}, "\xFF", soon())).ok());
  EXPECT_EQ(received(*client), "\xFF");
}

TEST_F(ServerWs, tells_the_owner_how_the_client_asked) {
  start();
  WsClient client{loop, timers};
  const auto reply = run(client.connect(
      ws_address("/ws?token=a%2Bb", {{"Sec-WebSocket-Protocol", "gochat.v1.json"}}), soon()));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->headers.get("Sec-WebSocket-Protocol"), "gochat.v1.json");
  ASSERT_EQ(owner.upgrades.size(), 1u);
  EXPECT_EQ(owner.upgrades[0].path, "/ws");
  EXPECT_EQ(owner.upgrades[0].param("token"), "a+b");
  EXPECT_EQ(owner.upgrades[0].remote_address, "127.0.0.1");
}

TEST_F(ServerWs, a_refused_upgrade_is_an_ordinary_answer) {
  start();
  WsClient client{loop, timers};
  const auto reply = run(client.connect(ws_address("/elsewhere"), soon()));
  ASSERT_TRUE(reply.ok());
  EXPECT_EQ(reply->status, 404);
  EXPECT_EQ(reply->body, "not here\n");
  EXPECT_THAT(owner.opened, ElementsAre());
}

TEST_F(ServerWs, an_upgrade_may_be_decided_later_and_frames_sent_at_once_follow_the_101) {
  owner.holds_upgrades = true;
  start();
  WsClient client{loop, timers};
  const auto reply = begin(client.connect(ws_address(), soon()));
  until([&] { return !owner.upgrades_held.empty(); });
  owner.upgrades_held.front().accept("", 7);
  ASSERT_EQ(owner.opened.size(), 1u) << "registered before the 101";
  server->send(owner.opened[0], EncodedFrame::text("connected"));
  until([&] { return reply->has_value(); });
  ASSERT_TRUE((*reply)->ok());
  EXPECT_EQ((**reply)->status, 101);
  EXPECT_EQ(received(client), "connected");
}

TEST_F(ServerWs, an_upgrade_that_nobody_decides_is_refused_in_time) {
  owner.holds_upgrades = true;
  start(manual);
  WsClient client{loop, timers};
  const auto reply = begin(client.connect(ws_address(), soon()));
  until([&] { return !owner.upgrades_held.empty(); });
  manual.advance(options.limits.handshake_time_max + TimerWheel::tick);
  until([&] { return reply->has_value(); });
  EXPECT_EQ((**reply)->status, 503);
  // The late word is heard as a connection that is gone.
  owner.upgrades_held.front().accept("", 7);
  until([&] { return owner.closed.size() == 1; });
  EXPECT_THAT(owner.closed, ElementsAre(close_code::abnormal));
}

TEST_F(ServerWs, a_forgotten_upgrade_is_answered_with_503) {
  owner.holds_upgrades = true;
  start();
  WsClient client{loop, timers};
  const auto reply = begin(client.connect(ws_address(), soon()));
  until([&] { return !owner.upgrades_held.empty(); });
  owner.upgrades_held.clear();
  until([&] { return reply->has_value(); });
  EXPECT_EQ((**reply)->status, 503);
}

TEST_F(ServerWs, frames_sent_together_with_the_handshake_are_not_lost) {
  start();
  std::string frames;
  append_frame(frames, {.mask = 5}, "early");
  append_frame(frames, {.opcode = Opcode::close, .mask = 6}, "");
  const std::string heard = said(
      "GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n" +
      frames);
  EXPECT_THAT(heard, testing::StartsWith("HTTP/1.1 101 "));
  std::string expected;
  append_frame(expected, {}, "early");
  append_frame(expected, {.opcode = Opcode::close}, "");
  EXPECT_THAT(heard, testing::EndsWith("\r\n\r\n" + expected));
}

TEST_F(ServerWs, closes_when_the_client_does_and_says_its_code) {
  start();
  auto client = open_ws();
  EXPECT_TRUE(run(client->close(3001, "bye", soon())).ok());
  EXPECT_EQ(received(*client), "close 3001 ");
  until([&] { return server->counts().connections == 0; });
  EXPECT_THAT(owner.closed, ElementsAre(3001));
}

TEST_F(ServerWs, the_owners_close_follows_what_was_queued) {
  start();
  auto client = open_ws();
  server->send(owner.opened[0], EncodedFrame::text("last words"));
  server->close(owner.opened[0], 4005, "replaced");
  server->send(owner.opened[0], EncodedFrame::text("too late"));
  server->close(owner.opened[0], 1000, "");
  EXPECT_THAT(owner.closed, ElementsAre()) << "never from inside a call";
  EXPECT_EQ(received(*client), "last words");
  EXPECT_EQ(received(*client), "close 4005 replaced");
  until([&] { return server->counts().connections == 0; });
  EXPECT_THAT(owner.closed, ElementsAre(4005));
}

TEST_F(ServerWs, a_client_that_never_answers_a_close_is_cut_off) {
  start(manual);
  auto client = open_ws();
  server->close(owner.opened[0], 4004, "revoked");
  until([&] { return owner.closed.size() == 1; });
  EXPECT_EQ(server->counts().connections, 1u);
  manual.advance(options.limits.close_time_max + TimerWheel::tick);
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerWs, messages_behind_the_owners_close_are_not_told) {
  start();
  auto client = open_ws();
  owner.heard = [&](ConnectionId connection, std::string_view) {
    server->close(connection, 4007, "");
  };
  std::string frames;
  append_frame(frames, {.mask = 1}, "first");
  append_frame(frames, {.mask = 1}, "second");
  send_raw(*client, frames);
  EXPECT_EQ(received(*client), "close 4007 ");
  EXPECT_THAT(owner.messages, ElementsAre("first"));
}

TEST_F(ServerWs, a_connection_that_just_ends_is_told_as_1006) {
  start();
  auto client = open_ws();
  client->cut();
  until([&] { return owner.closed.size() == 1; });
  auto half = open_ws();
  half->stream().end_writing();
  until([&] { return owner.closed.size() == 2; });
  EXPECT_THAT(owner.closed, ElementsAre(1006, 1006));
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerWs, violations_are_answered_with_their_code_even_while_more_comes) {
  start();
  std::string big;
  append_frame(big, {.mask = 1}, std::string(65537, 'x'));
  std::string unmasked;
  append_frame(unmasked, {}, "x");
  std::string not_utf8;
  append_frame(not_utf8, {.mask = 1}, "\xFF");
  const std::vector<std::pair<std::string, std::string>> cases{
      {unmasked, "close 1002 a client's frame is not masked"},
      {not_utf8, "close 1007 not UTF-8"},
      {big, "close 1009 the message is too big"}};
  for (const auto& [bytes, expected] : cases) {
    auto client = open_ws();
    send_raw(*client, bytes + std::string(200'000, 'y'));
    EXPECT_EQ(received(*client), expected);
  }
  until([&] { return owner.closed.size() == 3; });
  EXPECT_THAT(owner.closed, ElementsAre(1002, 1007, 1009));
}

TEST_F(ServerWs, pings_are_answered_in_order_with_messages) {
  start();
  auto client = open_ws();
  std::string frames;
  append_frame(frames, {.mask = 1}, "a");
  append_frame(frames, {.opcode = Opcode::ping, .mask = 1}, "p");
  append_frame(frames, {.mask = 1}, "b");
  send_raw(*client, frames);
  EXPECT_EQ(received(*client), "a");
  EXPECT_EQ(received(*client), "pong p");
  EXPECT_EQ(received(*client), "b");
}

TEST_F(ServerWs, a_frame_in_single_bytes_is_read_as_one) {
  start();
  auto client = open_ws();
  std::string frame;
  append_frame(frame, {.mask = 0x01020304}, "slowly but surely");
  for (char byte : frame) {
    send_raw(*client, std::string(1, byte));
    settle();
  }
  EXPECT_EQ(received(*client), "slowly but surely");
}

TEST_F(ServerWs, one_frame_reaches_many_and_each_in_order) {
  options.limits.connections_per_address_max = 1000;
  start();
  std::vector<std::unique_ptr<WsClient>> clients;
  for (int n = 0; n < 300; ++n) clients.push_back(open_ws());
  for (int n = 0; n < 10; ++n) {
    server->send_many(owner.opened, EncodedFrame::text("news " + std::to_string(n)));
  }
  for (auto& client : clients) {
    for (int n = 0; n < 10; ++n) ASSERT_EQ(received(*client), "news " + std::to_string(n));
  }
}

TEST_F(ServerWs, ids_of_connections_that_are_gone_name_nobody_else) {
  start();
  auto first = open_ws();
  const ConnectionId gone = owner.opened[0];
  first->cut();
  until([&] { return server->counts().connections == 0; });
  auto second = open_ws();
  EXPECT_EQ(owner.opened[1].slot, gone.slot) << "slots are dense";
  EXPECT_NE(owner.opened[1], gone);
  server->send(gone, EncodedFrame::text("for the first"));
  server->close(gone, 1000, "");
  server->pause_reading(gone);
  EXPECT_EQ(server->outbox_bytes(gone), 0u);
  server->send(owner.opened[1], EncodedFrame::text("for the second"));
  EXPECT_EQ(received(*second), "for the second");
}

TEST_F(ServerWs, is_pinged_and_closed_with_4001_when_it_never_answers) {
  start(manual);
  auto client = open_ws();
  client->answer_pings(false);
  for (int n = 0; n < 25 && owner.closed.empty(); ++n) {
    manual.advance(options.limits.ping_interval / 5);
    settle();
  }
  EXPECT_THAT(owner.closed, ElementsAre(close_code::no_sign_of_life));
  EXPECT_EQ(received(*client), "close 4001 no sign of life");
  EXPECT_EQ(owner.alive, 0u);
}

TEST_F(ServerWs, lives_as_long_as_it_answers_pings) {
  start(manual);
  auto client = open_ws();
  for (int n = 0; n < 20; ++n) {
    manual.advance(options.limits.ping_interval);
    send(*client, "echo");  // receive() answers the ping that lies before it
    EXPECT_EQ(received(*client), "echo");
  }
  EXPECT_GE(owner.alive, 18u);
  EXPECT_THAT(owner.closed, ElementsAre());
}

TEST_F(ServerWs, tells_that_a_ping_of_its_owner_was_answered) {
  start();
  auto client = open_ws();
  server->send(owner.opened[0], EncodedFrame::text("before"));
  server->ping(owner.opened[0], 7);
  server->send(owner.opened[0], EncodedFrame::text("after"));
  EXPECT_EQ(received(*client), "before");
  EXPECT_THAT(owner.pongs, ElementsAre());
  EXPECT_EQ(received(*client), "after");  // and on the way to it the ping
  until([&] { return !owner.pongs.empty(); });
  EXPECT_THAT(owner.pongs, ElementsAre(7));
}

TEST_F(ServerWs, believes_no_pong_that_was_not_asked_for) {
  start();
  auto client = open_ws();
  client->answer_pings(false);
  std::string frames;
  for (const std::string_view payload : {"", "pong", "\7...", "a longer one"}) {
    append_frame(frames, {.opcode = Opcode::pong, .mask = 1}, std::string{payload});
  }
  server->ping(owner.opened[0], 9);
  append_frame(frames, {.mask = 1}, "then");
  send_raw(*client, frames);
  EXPECT_EQ(received(*client), "then");
  EXPECT_THAT(owner.pongs, ElementsAre());
}

TEST_F(ServerWs, a_paused_connection_keeps_its_messages_until_it_is_resumed) {
  start();
  auto client = open_ws();
  owner.heard = [&](ConnectionId connection, std::string_view payload) {
    if (payload == "pause") server->pause_reading(connection);
  };
  std::string frames;
  for (const char* text : {"one", "pause", "two", "three"}) append_frame(frames, {.mask = 9}, text);
  send_raw(*client, frames);
  until([&] { return owner.messages.size() == 2; });
  send(*client, "four");
  settle();
  EXPECT_THAT(owner.messages, ElementsAre("one", "pause"));
  server->resume_reading(owner.opened[0]);
  until([&] { return owner.messages.size() == 5; });
  EXPECT_THAT(owner.messages, ElementsAre("one", "pause", "two", "three", "four"));
}

TEST_F(ServerWs, payloads_may_be_read_beyond_their_end) {
  start();
  auto client = open_ws();
  int sum = 0;
  owner.heard = [&](ConnectionId connection, std::string_view payload) {
    const char* end = payload.data() + payload.size();
    sum += std::accumulate(end, end + read_padding_bytes, 0);
    server->send(connection, EncodedFrame::text("read"));
  };
  send(*client, "whole");
  EXPECT_EQ(received(*client), "read");
  EXPECT_TRUE(run(client->send_frame({.fin = false}, "in ", soon())).ok());
  EXPECT_TRUE(run(client->send_frame({.opcode = Opcode::continuation}, "two", soon())).ok());
  EXPECT_EQ(received(*client), "read");
  send(*client, "");
  EXPECT_EQ(received(*client), "read");
  std::string frame;
  append_frame(frame, {.mask = 1}, "in pieces");
  for (char byte : frame) {
    send_raw(*client, std::string(1, byte));
    settle();
  }
  EXPECT_EQ(received(*client), "read");
}

}  // namespace
}  // namespace gochat::net
