#include <thread>

#include "net/server_fixture.hpp"

namespace gochat::net {
namespace {

using namespace std::chrono_literals;
using testing::Each;
using testing::ElementsAre;
using testing::StartsWith;

// The same world when sockets live on threads of their own.
class ServerThreads : public ServerTest {
 protected:
  ServerThreads() { options.io_threads = 2; }
};

TEST_F(ServerThreads, every_owner_call_is_made_on_the_main_loop) {
  start();
  const auto main = std::this_thread::get_id();
  std::vector<std::thread::id> heard_on;
  owner.heard = [&](ConnectionId connection, std::string_view payload) {
    heard_on.push_back(std::this_thread::get_id());
    server->send(connection, EncodedFrame::text(payload));
  };
  std::vector<std::unique_ptr<WsClient>> clients;
  for (int n = 0; n < 8; ++n) clients.push_back(open_ws());
  for (auto& client : clients) {
    EXPECT_TRUE(run(client->send_text("hello", soon())).ok());
    EXPECT_EQ(received(*client), "hello");
  }
  EXPECT_THAT(heard_on, Each(main));
  std::vector<std::uint32_t> threads;
  for (const auto& id : owner.opened) threads.push_back(id.thread);
  EXPECT_THAT(threads, ElementsAre(0, 1, 0, 1, 0, 1, 0, 1));
}

TEST_F(ServerThreads, frames_reach_everyone_in_order) {
  start();
  std::vector<std::unique_ptr<WsClient>> clients;
  for (int n = 0; n < 20; ++n) clients.push_back(open_ws());
  for (int n = 0; n < 100; ++n) {
    server->send_many(owner.opened, EncodedFrame::text(std::to_string(n)));
  }
  for (auto& client : clients) {
    for (int n = 0; n < 100; ++n) ASSERT_EQ(received(*client), std::to_string(n));
  }
  until([&] { return server->outbox_bytes(owner.opened[0]) == 0; });
}

TEST_F(ServerThreads, pongs_come_to_the_main_loop) {
  start();
  auto client = open_ws();
  server->ping(owner.opened[0], 7);
  server->send(owner.opened[0], EncodedFrame::text("after"));
  EXPECT_EQ(received(*client), "after");
  until([&] { return !owner.pongs.empty(); });
  EXPECT_THAT(owner.pongs, ElementsAre(7));
}

TEST_F(ServerThreads, frames_sent_from_on_open_follow_the_101) {
  owner.holds_upgrades = true;
  start();
  WsClient client{loop, timers};
  const auto reply = begin(client.connect(ws_address(), soon()));
  until([&] { return !owner.upgrades_held.empty(); });
  owner.upgrades_held.front().accept("", 1);
  server->send(owner.opened[0], EncodedFrame::text("connected"));
  until([&] { return reply->has_value(); });
  EXPECT_EQ((**reply)->status, 101);
  EXPECT_EQ(received(client), "connected");
}

TEST_F(ServerThreads, what_all_threads_have_carried_is_counted_together) {
  start();
  std::vector<std::unique_ptr<WsClient>> clients;
  for (int n = 0; n < 6; ++n) clients.push_back(open_ws());
  for (auto& client : clients) {
    ASSERT_TRUE(run(client->send_text("hello", soon())).ok());
    EXPECT_EQ(received(*client), "hello");
  }
  said("NONSENSE\r\n\r\n");
  const TrafficCounts carried = server->traffic();
  EXPECT_EQ(carried.messages_in, 6u);
  EXPECT_EQ(carried.frames_out, 6u);
  EXPECT_EQ(carried.requests_malformed, 1u);
  EXPECT_GT(carried.bytes_in, 6u * 11);
  EXPECT_GT(carried.bytes_out, 6u * 7);
  clients.clear();
  run(server->stop({}));
  EXPECT_EQ(server->traffic().messages_in, 6u) << "counts outlive the threads";
}

TEST_F(ServerThreads, http_is_answered_and_closes_are_told) {
  start();
  HttpClient http{loop, timers, "127.0.0.1", server->port()};
  for (int n = 0; n < 20; ++n) {
    const auto reply =
        run(http.request({.method = "POST", .target = "/x", .body = std::to_string(n)}, soon()));
    ASSERT_TRUE(reply.ok());
    EXPECT_EQ(reply->body, "/x" + std::to_string(n));
  }
  auto client = open_ws();
  EXPECT_TRUE(run(client->close(1000, "", soon())).ok());
  EXPECT_EQ(received(*client), "close 1000 ");
  // Another thread may tell of its own close first.
  until([&] { return owner.closed.size() == 1; });
  auto other = open_ws();
  server->close(owner.opened[1], 4004, "revoked");
  EXPECT_EQ(received(*other), "close 4004 revoked");
  until([&] { return owner.closed.size() == 2; });
  EXPECT_THAT(owner.closed, ElementsAre(1000, 4004));
  http.close();
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerThreads, the_main_loop_knows_what_is_queued_and_when_it_has_drained) {
  start();
  auto client = open_ws();
  const EncodedFrame page = EncodedFrame::text(std::string(100'000, 'x'));
  std::size_t sent = 0;
  // Until the kernel has taken all it takes from a peer that does not read.
  for (int rounds = 0; rounds < 200 && server->outbox_bytes(owner.opened[0]) < 600'000; ++rounds) {
    server->send(owner.opened[0], page);
    ++sent;
    loop.restart();
    loop.run_one_for(5ms);
  }
  until(
      [&] { return server->outbox_bytes(owner.opened[0]) >= options.limits.outbox_drained_bytes; });
  for (std::size_t n = 0; n < sent; ++n) ASSERT_EQ(received(*client).size(), 100'000u);
  until([&] { return owner.drained >= 1 && server->outbox_bytes(owner.opened[0]) == 0; });
  EXPECT_THAT(owner.closed, ElementsAre());
}

// The mailbox to the main loop is bounded: a main loop that is busy stops the threads from reading.
TEST_F(ServerThreads, a_busy_main_loop_is_not_drowned_and_loses_nothing) {
  options.io_threads = 3;
  start();
  std::size_t heard = 0;
  owner.heard = [&](ConnectionId, std::string_view) { ++heard; };
  const std::uint16_t port = server->port();
  constexpr std::size_t count = 400;
  // A client on a thread of its own goes on writing while the main loop stands still.
  std::thread writer{[port] {
    boost::asio::io_context own{1};
    SteadyTimers own_timers{own};
    WsClient client{own, own_timers};
    const Deadline late = own_timers.now() + 60s;
    if (!drive(own, client.connect({.port = port}, late))) return;
    for (std::size_t n = 0; n < count; ++n) {
      if (!drive(own, client.send_text(std::string(60'000, 'x'), late))) return;
    }
    static_cast<void>(drive(own, client.receive(late)));
  }};
  until([&] { return heard >= 1; });
  until([&] { return heard == count; });
  run(server->stop(5s));
  writer.join();
}

TEST_F(ServerThreads, stops_in_the_middle_of_traffic) {
  start();
  std::vector<std::unique_ptr<WsClient>> clients;
  for (int n = 0; n < 20; ++n) clients.push_back(open_ws());
  for (auto& client : clients) {
    EXPECT_TRUE(run(client->send_text("half way", soon())).ok());
  }
  server->send_many(owner.opened, EncodedFrame::text("more"));
  run(server->stop({}));
  EXPECT_EQ(server->counts().connections, 0u);
  EXPECT_EQ(owner.closed.size(), 20u);
  // What comes too late does nothing.
  server->send_many(owner.opened, EncodedFrame::text("late"));
  server->close(owner.opened[0], 1000, "");
  EXPECT_EQ(server->outbox_bytes(owner.opened[0]), 0u);
}

TEST_F(ServerThreads, answers_that_come_while_it_stops_harm_nothing) {
  owner.holds_http = true;
  owner.holds_upgrades = true;
  start();
  const auto heard = begin(converse({"GET / HTTP/1.1\r\nHost: a\r\n\r\n"}, false));
  WsClient client{loop, timers};
  const auto reply = begin(client.connect(ws_address(), soon()));
  until([&] { return !owner.http_held.empty() && !owner.upgrades_held.empty(); });
  const auto stopped = begin(ended(server->stop({})));
  until([&] { return stopped->has_value() && heard->has_value() && reply->has_value(); });
  owner.http_held.front().send({.body = "late"});
  owner.upgrades_held.front().accept("", 1);
  EXPECT_THAT(owner.opened, ElementsAre());
  server.reset();
}

}  // namespace
}  // namespace gochat::net
