#include "net/certificate.hpp"
#include "net/certificate_fixture.hpp"
#include "net/server_fixture.hpp"
#include "net/tls_fixture.hpp"

namespace gochat::net {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

constexpr std::string_view request = "GET /hello HTTP/1.1\r\nHost: localhost\r\n\r\n";
constexpr std::string_view last_request =
    "GET /hello HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
constexpr std::string_view handshake =
    "GET /ws HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: Z29jaGF0IHNheXMgaGkgOg==\r\n\r\n";

class ServerTls : public ServerTest {
 protected:
  using Outcome = TlsPeer::Outcome;

  PairFolder folder;
  std::shared_ptr<Certificate> certificate;

  void SetUp() override {
    folder.put(make_pair());
    auto opened = Certificate::open({folder.certificate(), folder.key()}, pair_time);
    ASSERT_TRUE(opened.ok()) << opened.error().detail;
    certificate = *opened;
    options.listen = {{.certificate = certificate}};
  }

  Outcome shake_hands(TlsPeer& peer) {
    Outcome outcome = Outcome::waits;
    until([&] { return (outcome = peer.shake_hands()) != Outcome::waits; });
    return outcome;
  }
  std::unique_ptr<TlsPeer> connected(PeerRules rules = {}) {
    auto peer = std::make_unique<TlsPeer>(server->port(), rules);
    EXPECT_EQ(shake_hands(*peer), Outcome::done);
    return peer;
  }
  // Until so many bytes have come.
  std::string read(TlsPeer& peer, std::size_t size) {
    std::string heard;
    until([&] {
      peer.send();
      return peer.read(heard) != Outcome::waits || heard.size() >= size;
    });
    return heard;
  }
  // Until the server says that there is no more; "cut" when it does not say so.
  std::string read_all(TlsPeer& peer) {
    std::string heard;
    Outcome outcome = Outcome::waits;
    until([&] { return (outcome = peer.read(heard)) != Outcome::waits; });
    return outcome == Outcome::ended ? heard : heard + " cut";
  }
  std::unique_ptr<TlsPeer> open_socket() {
    auto peer = connected();
    peer->write(handshake);
    std::string heard;
    until([&] {
      peer->read(heard);
      return heard.ends_with("\r\n\r\n");
    });
    EXPECT_THAT(heard, StartsWith("HTTP/1.1 101"));
    return peer;
  }
  static std::string frame(std::string_view payload, Opcode opcode = Opcode::text) {
    std::string bytes;
    append_frame(bytes, {.opcode = opcode, .mask = 0x01020304}, payload);
    return bytes;
  }
  static std::string expected(std::string_view payload) {
    return std::string{EncodedFrame::text(payload).bytes().view()};
  }
};

TEST_F(ServerTls, answers_a_request_and_tells_its_owner_that_it_was_encrypted) {
  start();
  const auto peer = connected({.protocols = "\x02h2\x08http/1.1"});
  EXPECT_EQ(peer->version(), TLS1_3_VERSION);
  EXPECT_EQ(peer->protocol(), "http/1.1");
  peer->write(last_request);
  EXPECT_THAT(read_all(*peer), EndsWith("/hello"));
  ASSERT_EQ(owner.requests.size(), 1u);
  EXPECT_TRUE(owner.requests[0].tls);
}

TEST_F(ServerTls, speaks_1_2_and_nothing_older) {
  start();
  const auto peer = connected({.version_max = TLS1_2_VERSION});
  peer->write(last_request);
  EXPECT_THAT(read_all(*peer), EndsWith("/hello"));
  TlsPeer old{server->port(), {.version_min = TLS1_VERSION, .version_max = TLS1_1_VERSION}};
  EXPECT_EQ(shake_hands(old), Outcome::failed);
}

TEST_F(ServerTls, a_peer_that_wants_another_protocol_is_refused_in_the_handshake) {
  start();
  TlsPeer peer{server->port(), {.protocols = "\x02h2"}};
  EXPECT_EQ(shake_hands(peer), Outcome::failed);
}

TEST_F(ServerTls, works_with_a_certificate_of_rsa) {
  folder.put(make_pair({.rsa = true}));
  certificate = *Certificate::open({folder.certificate(), folder.key()}, pair_time);
  options.listen = {{.certificate = certificate}};
  start();
  for (const int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    const auto peer = connected({.version_max = version});
    peer->write(last_request);
    EXPECT_THAT(read_all(*peer), EndsWith("/hello"));
  }
}

TEST_F(ServerTls, carries_many_small_frames_and_large_ones_both_ways) {
  start();
  const auto peer = open_socket();
  std::string said;
  std::string echoed;
  for (int n = 0; n < 3'000; ++n) {
    // Some larger than a record.
    const std::string payload = std::to_string(n) + std::string(n % 100 == 0 ? 60'000 : n % 7, '.');
    said += frame(payload);
    echoed += expected(payload);
  }
  peer->encrypt(said);
  EXPECT_TRUE(read(*peer, echoed.size()) == echoed);
  EXPECT_EQ(owner.messages.size(), 3'000u);
}

TEST_F(ServerTls, many_frames_of_one_turn_reach_a_peer_that_reads_later) {
  start();
  const auto peer = open_socket();
  std::string sent;
  for (int n = 0; n < 900; ++n) {
    const std::string payload = std::to_string(n) + std::string(1'000, '-');
    server->send(owner.opened[0], EncodedFrame::text(payload));
    sent += expected(payload);
  }
  settle();
  EXPECT_TRUE(read(*peer, sent.size()) == sent);
  EXPECT_EQ(server->outbox_bytes(owner.opened[0]), 0u);
}

TEST_F(ServerTls, a_record_may_come_byte_by_byte) {
  start();
  const auto peer = connected();
  peer->encrypt(last_request);
  do {
    peer->send(1);
    settle();
  } while (!peer->all_sent());
  EXPECT_THAT(read_all(*peer), EndsWith("/hello"));
}

TEST_F(ServerTls, an_answer_follows_the_end_of_the_request_and_ends_itself) {
  owner.holds_http = true;
  start();
  const auto peer = connected();
  peer->encrypt(request);
  peer->say_end();
  until([&] { return owner.http_held.size() == 1; });
  settle();
  owner.http_held.front().send({.body = "late"});
  EXPECT_THAT(read_all(*peer), EndsWith("late"));
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerTls, the_end_of_an_idle_connection_is_answered_with_an_end) {
  start();
  const auto peer = connected();
  peer->say_end();
  EXPECT_EQ(read_all(*peer), "");
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerTls, the_close_of_a_websocket_is_followed_by_the_end) {
  start();
  const auto peer = open_socket();
  peer->write(frame(close_payload(close_code::normal, ""), Opcode::close));
  EXPECT_EQ(read_all(*peer), EncodedFrame::close(close_code::normal).bytes().view());
}

TEST_F(ServerTls, a_socket_that_ends_without_a_close_is_lost) {
  start();
  const auto peer = open_socket();
  peer->say_end();
  until([&] { return owner.closed.size() == 1; });
  EXPECT_EQ(owner.closed[0], close_code::abnormal);
}

TEST_F(ServerTls, a_slow_reader_hears_all_that_was_begun_and_then_4000) {
  start(manual);
  const auto peer = open_socket();
  const std::string page(60'000, 'x');
  std::size_t most = 0;
  for (int n = 0; n < 1'000 && owner.closed.empty(); ++n) {
    server->send(owner.opened[0], EncodedFrame::text(page));
    most = std::max(most, server->outbox_bytes(owner.opened[0]));
    settle();
  }
  EXPECT_THAT(owner.closed, testing::ElementsAre(close_code::slow_reader));
  EXPECT_LE(most, options.limits.outbox_bytes_max);
  const std::string heard = read_all(*peer);
  const auto close =
      EncodedFrame::close(close_code::slow_reader, "slow reader, reconnect now").bytes();
  EXPECT_TRUE(heard.ends_with(close.view()));
  EXPECT_EQ((heard.size() - close.size()) % expected(page).size(), 0u);
}

TEST_F(ServerTls, a_handshake_that_takes_too_long_is_cut_off) {
  start(manual);
  TlsPeer silent{server->port()};
  TlsPeer slow{server->port()};
  slow.shake_hands();
  until([&] { return server->counts().connections == 2; });
  settle();
  manual.advance(options.limits.tls_handshake_time_max + TimerWheel::tick);
  until([&] { return server->counts().connections == 0; });
  EXPECT_TRUE(owner.requests.empty());
}

TEST_F(ServerTls, half_a_handshake_is_cut_off_too) {
  start(manual);
  TlsPeer slow{server->port()};
  SSL_do_handshake(slow.ssl());
  slow.send(100);
  settle();
  manual.advance(options.limits.tls_handshake_time_max + TimerWheel::tick);
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerTls, after_the_handshake_a_head_has_its_own_time) {
  start(manual);
  const auto peer = connected();
  peer->write("GET /hel");
  settle();
  manual.advance(options.limits.tls_handshake_time_max + TimerWheel::tick);
  settle();
  peer->write("lo HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(read_all(*peer), EndsWith("/hello"));
}

TEST_F(ServerTls, a_request_in_the_clear_is_told_so) {
  start();
  const std::string answer = said(std::string{request}, false);
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 400"));
  EXPECT_THAT(answer, HasSubstr("this port speaks TLS"));
  EXPECT_TRUE(owner.requests.empty());
}

TEST_F(ServerTls, what_is_neither_is_cut_off) {
  start();
  EXPECT_EQ(said(std::string(200, '\x01'), false), "");
  const std::string broken_record =
      std::string{"\x16\x03\x01\x00\x20", 5} + std::string(32, '\x7f');
  EXPECT_EQ(said(broken_record, false).substr(0, 1), "\x15");  // an alert
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerTls, a_peer_that_is_too_many_is_closed_without_an_answer) {
  options.limits.connections_per_address_max = 1;
  start();
  const auto first = connected();
  TlsPeer second{server->port()};
  EXPECT_EQ(shake_hands(second), Outcome::failed);
  EXPECT_EQ(server->counts().refused, 1u);
}

TEST_F(ServerTls, a_renewed_certificate_is_shown_to_new_connections_only) {
  start();
  const auto before = connected();
  folder.put(make_pair({.name = "renewed"}));
  EXPECT_FALSE(*certificate->refresh(pair_time));
  EXPECT_TRUE(*certificate->refresh(pair_time));
  EXPECT_EQ(connected()->server_name(), "renewed");
  EXPECT_EQ(before->server_name(), "localhost");
  before->write(last_request);
  EXPECT_THAT(read_all(*before), EndsWith("/hello"));
}

TEST_F(ServerTls, a_stop_does_not_wait_for_a_handshake) {
  start();
  TlsPeer silent{server->port()};
  until([&] { return server->counts().connections == 1; });
  run(server->stop(1h));
  EXPECT_EQ(server->counts().connections, 0u);
  server.reset();
}

TEST_F(ServerTls, with_several_threads_each_connection_is_served_on_its_own) {
  options.io_threads = 2;
  start();
  for (int n = 0; n < 4; ++n) {
    const auto peer = open_socket();
    const std::string payload = std::to_string(n) + std::string(50'000, 't');
    peer->encrypt(frame(payload));
    EXPECT_TRUE(read(*peer, expected(payload).size()) == expected(payload));
  }
}

}  // namespace
}  // namespace gochat::net
