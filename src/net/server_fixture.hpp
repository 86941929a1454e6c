// For tests: a server on loopback whose owner writes down what it was told and does what it was
// asked to.
#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <deque>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "async/drive.hpp"
#include "async/timer.hpp"
#include "net/client_stream.hpp"
#include "net/http_client.hpp"
#include "net/server.hpp"
#include "net/timer_wheel.hpp"
#include "net/ws_client.hpp"

namespace gochat::net {

class RecordingOwner : public ServerOwner {
 public:
  Server* server = nullptr;
  std::vector<HttpRequest> requests;
  std::vector<HttpRequest> upgrades;
  std::vector<HttpRequest> refused;
  std::vector<ConnectionId> opened;
  std::vector<std::string> messages;
  std::vector<std::uint16_t> closed;
  std::size_t drained = 0;
  std::size_t alive = 0;
  std::vector<std::uint32_t> pongs;
  // Kept unanswered when the matching flag is set.
  bool holds_http = false;
  bool holds_upgrades = false;
  std::deque<HttpResponder> http_held;
  std::deque<UpgradeResponder> upgrades_held;
  std::function<HttpResponse(const HttpRequest&)> answer = [](const HttpRequest& request) {
    return HttpResponse{.headers = {{"Content-Type", "text/plain"}},
                        .body = request.path + request.body};
  };
  std::function<void(ConnectionId, std::string_view)> heard;

  void on_http(HttpRequest request, HttpResponder responder) override {
    requests.push_back(std::move(request));
    if (holds_http) {
      http_held.push_back(std::move(responder));
    } else {
      responder.send(answer(requests.back()));
    }
  }
  void on_refused(HttpRequest request, HttpResponder responder) override {
    refused.push_back(request);
    ServerOwner::on_refused(std::move(request), std::move(responder));
  }
  void on_upgrade(HttpRequest request, UpgradeResponder responder) override {
    upgrades.push_back(std::move(request));
    if (holds_upgrades) {
      upgrades_held.push_back(std::move(responder));
    } else if (upgrades.back().path == "/ws") {
      responder.accept(std::string{upgrades.back().headers.get("Sec-WebSocket-Protocol")},
                       upgrades.size());
    } else {
      responder.refuse(plain_response(404, "not here"));
    }
  }
  void on_open(ConnectionId connection, std::uint64_t) override { opened.push_back(connection); }
  void on_message(ConnectionId connection, std::string_view payload, bool text) override {
    messages.emplace_back(payload);
    if (heard) {
      heard(connection, payload);
    } else {
      server->send(connection, text ? EncodedFrame::text(payload) : EncodedFrame::binary(payload));
    }
  }
  void on_drained(ConnectionId) override { ++drained; }
  void on_alive(ConnectionId) override { ++alive; }
  void on_pong(ConnectionId, std::uint32_t mark) override { pongs.push_back(mark); }
  void on_close(ConnectionId, std::uint16_t code) override { closed.push_back(code); }
};

// Clients run on the machine's clock, so that the server's can be moved by the test.
class ServerTest : public testing::Test {
 protected:
  boost::asio::io_context loop{1};
  SteadyTimers timers{loop};
  ManualTimers manual;
  RecordingOwner owner;
  ServerOptions options{.listen = {{}}};
  std::unique_ptr<Server> server;

  Deadline soon() { return timers.now() + std::chrono::seconds{20}; }

  void start(Timers& server_timers) {
    server = std::make_unique<Server>(loop, server_timers, owner, options);
    owner.server = server.get();
    const auto started = server->start();
    ASSERT_TRUE(started.ok()) << started.error().hint;
  }
  void start() { start(timers); }

  void TearDown() override {
    owner.http_held.clear();
    owner.upgrades_held.clear();
    if (server) run(server->stop({}));
  }

  template <class T>
  T run(Task<T> task) {
    return drive(loop, std::move(task));
  }
  // Starts a task whose end the test waits for later, with until().
  template <class T>
  std::shared_ptr<std::optional<T>> begin(Task<T> task) {
    auto outcome = std::make_shared<std::optional<T>>();
    boost::asio::co_spawn(loop, keep(std::move(task), outcome), boost::asio::detached);
    return outcome;
  }
  template <class T>
  static Task<> keep(Task<T> task, std::shared_ptr<std::optional<T>> outcome) {
    outcome->emplace(co_await std::move(task));
  }
  // A task that gives nothing, as one that gives a value.
  static Task<bool> ended(Task<> task) {
    co_await std::move(task);
    co_return true;
  }
  // Runs what is ready until the condition holds.
  void until(const std::function<bool()>& holds) {
    const Deadline deadline = soon();
    loop.restart();
    while (!holds() && timers.now() < deadline) loop.run_one_for(std::chrono::milliseconds{20});
    ASSERT_TRUE(holds());
  }

  // Runs what is ready. On loopback what one side has written is ready for the other.
  void settle() {
    for (int n = 0; n < 100; ++n) {
      loop.restart();
      loop.poll();
    }
  }

  WsAddress ws_address(std::string target = "/ws", HttpHeaders headers = {}) {
    return {.port = server->port(), .target = std::move(target), .headers = std::move(headers)};
  }
  std::unique_ptr<WsClient> open_ws(HttpHeaders headers = {}) {
    auto client = std::make_unique<WsClient>(loop, timers);
    const auto reply = run(client->connect(ws_address("/ws", std::move(headers)), soon()));
    EXPECT_TRUE(reply.ok() && reply->status == 101);
    return client;
  }
  std::string received(WsClient& client) {
    auto got = run(client.receive(soon()));
    if (!got) return "lost";
    if (got->kind == WsReceived::Kind::close)
      return "close " + std::to_string(got->code) + " " + got->payload;
    if (got->kind == WsReceived::Kind::pong) return "pong " + got->payload;
    return got->payload;
  }

  // Says this, in these portions, and hears everything up to the end of the connection.
  Task<std::string> converse(std::vector<std::string> portions, bool ends = true) {
    ClientStream stream{loop, timers};
    PaddedBuffer heard;
    auto connected = co_await stream.connect("127.0.0.1", server->port(), soon());
    if (!connected) co_return "no connection";
    for (auto& portion : portions) {
      // The server may have answered and closed before all was said.
      auto written = co_await stream.write(std::move(portion), soon());
      if (!written) break;
    }
    if (ends) stream.end_writing();
    while (true) {
      auto more = co_await stream.read(heard, soon());
      if (!more || *more == 0) break;
    }
    co_return std::string{heard.view()};
  }
  std::string said(std::string text, bool ends = true) {
    return run(converse({std::move(text)}, ends));
  }
};

}  // namespace gochat::net
