#include <sys/resource.h>
#include <unistd.h>

#include "net/connection.hpp"
#include "net/server_fixture.hpp"
#include "net/ws_protocol.hpp"

namespace gochat::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::StartsWith;

class ServerLimits : public ServerTest {
 protected:
  int status_of_a_new_connection() {
    HttpClient client{loop, timers, "127.0.0.1", server->port()};
    const auto reply = run(client.request({}, soon()));
    return reply ? reply->status : 0;
  }
};

TEST_F(ServerLimits, connections_of_one_address_are_bounded_and_come_back) {
  options.limits.connections_per_address_max = 3;
  start();
  std::vector<std::unique_ptr<WsClient>> clients;
  for (int n = 0; n < 3; ++n) clients.push_back(open_ws());
  EXPECT_EQ(status_of_a_new_connection(), 429);
  EXPECT_EQ(server->counts().refused, 1u);
  clients.pop_back();
  until([&] { return server->counts().connections == 2; });
  EXPECT_EQ(status_of_a_new_connection(), 200);
}

TEST_F(ServerLimits, a_trusted_proxy_may_open_more) {
  options.limits.connections_per_address_max = 1;
  options.addresses_unlimited = {"127.0.0.1"};
  start();
  const auto first = open_ws();
  const auto second = open_ws();
  EXPECT_EQ(status_of_a_new_connection(), 200);
}

TEST_F(ServerLimits, connections_in_all_are_bounded) {
  options.limits.connections_max = 2;
  start();
  auto first = open_ws();
  auto second = open_ws();
  EXPECT_EQ(status_of_a_new_connection(), 503);
  second->cut();
  until([&] { return server->counts().connections == 1; });
  EXPECT_EQ(status_of_a_new_connection(), 200);
}

// Takes every descriptor that the process may have.
class Descriptors {
 public:
  Descriptors() {
    ::getrlimit(RLIMIT_NOFILE, &before_);
    const int first_free = ::dup(0);
    ::close(first_free);
    rlimit few = before_;
    few.rlim_cur = static_cast<rlim_t>(first_free) + 16;
    ::setrlimit(RLIMIT_NOFILE, &few);
  }
  ~Descriptors() {
    give_back();
    ::setrlimit(RLIMIT_NOFILE, &before_);
  }
  void take_all_but(int left) {
    for (int taken = ::dup(0); taken >= 0; taken = ::dup(0)) taken_.push_back(taken);
    for (; left > 0 && !taken_.empty(); --left) {
      ::close(taken_.back());
      taken_.pop_back();
    }
  }
  void give_back() {
    for (const int taken : taken_) ::close(taken);
    taken_.clear();
  }

 private:
  rlimit before_{};
  std::vector<int> taken_;
};

TEST_F(ServerLimits, running_out_of_descriptors_turns_peers_away_and_pauses_instead_of_spinning) {
  options.limits.connections_max = 0;
  start(manual);
  auto witness = open_ws();
  // Once before, so that sanitizers have seen every type: they need descriptors to look at a new
  // one.
  EXPECT_EQ(status_of_a_new_connection(), 200);
  EXPECT_TRUE(run(witness->send_text("served", soon())).ok());
  EXPECT_EQ(received(*witness), "served");
  until([&] { return server->counts().connections == 1; });
  Descriptors descriptors;
  descriptors.take_all_but(1);  // for the client's end
  EXPECT_EQ(status_of_a_new_connection(), 503);
  EXPECT_EQ(server->counts().accept_pauses, 1u);
  EXPECT_EQ(server->counts().refused, 1u);
  EXPECT_TRUE(run(witness->send_text("still served", soon())).ok());
  EXPECT_EQ(received(*witness), "still served");
  EXPECT_EQ(server->counts().accept_pauses, 1u);
  descriptors.give_back();
  manual.advance(options.limits.accept_pause);
  EXPECT_EQ(status_of_a_new_connection(), 200);
  EXPECT_EQ(server->counts().accept_pauses, 1u);
}

TEST_F(ServerLimits, an_idle_websocket_owns_no_buffer) {
  start();
  auto client = open_ws();
  EXPECT_EQ(server->outbox_bytes(owner.opened[0]), 0u);
  EXPECT_LE(sizeof(Connection), 256u);
  EXPECT_LE(sizeof(WsProtocol), 64u);
}

TEST_F(ServerLimits, stop_closes_websockets_finishes_requests_and_refuses_newcomers) {
  owner.holds_http = true;
  start();
  auto client = open_ws();
  const auto idle = begin(converse({}, false));
  const auto heard = begin(converse({"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"}, false));
  until([&] { return !owner.http_held.empty() && server->counts().connections == 3; });
  const auto port = server->port();
  const auto stopped = begin(ended(server->stop(20s)));
  until([&] { return owner.closed.size() == 1; });
  EXPECT_THAT(owner.closed, ElementsAre(close_code::going_away));
  EXPECT_EQ(received(*client), "close 1001 the server stops");
  settle();
  EXPECT_FALSE(stopped->has_value());
  HttpClient late{loop, timers, "127.0.0.1", port};
  EXPECT_EQ(run(late.request({}, soon())).code(), ErrorCode::unavailable);
  owner.http_held.front().send({.body = "done"});
  until([&] { return stopped->has_value() && heard->has_value() && idle->has_value(); });
  EXPECT_THAT(**heard, StartsWith("HTTP/1.1 200 OK"));
  EXPECT_THAT(**heard, testing::HasSubstr("Connection: close"));
}

TEST_F(ServerLimits, stop_cuts_off_who_does_not_end_in_time) {
  owner.holds_http = true;
  start(manual);
  auto client = open_ws();
  const auto heard = begin(converse({"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"}, false));
  until([&] { return !owner.http_held.empty(); });
  const auto stopped = begin(ended(server->stop(1s)));
  settle();
  EXPECT_FALSE(stopped->has_value());
  manual.advance(1s);
  until([&] { return stopped->has_value() && heard->has_value(); });
  EXPECT_EQ(**heard, "");
}

TEST_F(ServerLimits, a_second_stop_shortens_the_first_and_ends_with_it) {
  owner.holds_http = true;
  start(manual);
  const auto heard = begin(converse({"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n"}, false));
  until([&] { return !owner.http_held.empty(); });
  const auto first = begin(ended(server->stop(1h)));
  settle();
  const auto second = begin(ended(server->stop(1s)));
  settle();
  EXPECT_FALSE(first->has_value());
  manual.advance(1s);
  until([&] { return first->has_value() && second->has_value() && heard->has_value(); });
}

TEST_F(ServerLimits, after_stop_accepting_what_is_open_stays_open) {
  start();
  auto client = open_ws();
  const auto port = server->port();
  server->stop_accepting();
  HttpClient late{loop, timers, "127.0.0.1", port};
  EXPECT_EQ(run(late.request({}, soon())).code(), ErrorCode::unavailable);
  EXPECT_TRUE(run(client->send_text("hello", soon())).ok());
  EXPECT_EQ(received(*client), "hello");
}

TEST_F(ServerLimits, descriptors_are_all_given_back) {
  const auto open_descriptors = [] {
    const int next = ::dup(0);
    ::close(next);
    return next;
  };
  const int before = open_descriptors();
  start(manual);
  {
    std::vector<std::unique_ptr<WsClient>> clients;
    for (int n = 0; n < 50; ++n) clients.push_back(open_ws());
    for (int n = 0; n < 25; ++n) clients[static_cast<std::size_t>(n)]->cut();
    const auto stopped = begin(ended(server->stop(5s)));
    settle();
    manual.advance(5s);
    until([&] { return stopped->has_value(); });
  }
  EXPECT_EQ(open_descriptors(), before);
}

}  // namespace
}  // namespace gochat::net
