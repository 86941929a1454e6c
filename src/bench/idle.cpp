// Connections that say nothing: what one costs in memory, and how fast they come.
#include <fmt/format.h>

#include "async/drive.hpp"
#include "bench/measured.hpp"
#include "bench/people.hpp"
#include "bench/scenarios.hpp"
#include "bench/server_process.hpp"

namespace gochat::bench {
namespace {

Task<Result<void>> connect_all(Loop* loop, IdleOptions options, ServerProcess* server) {
  People people{*loop, server->doors()};
  fmt::print("start to ready {:.3f} s, idle RSS {:.1f} MB\n", server->ready_seconds(),
             static_cast<double>(server->usage().rss_bytes) / 1e6);
  auto persons = co_await people.sign_up("idle", options.connections);
  if (!persons) co_return persons.error();
  const Usage before = server->usage();
  const MonoTime began = loop->timers().now();
  Measured measured{*server};
  if (auto read = co_await measured.begin(); !read) co_return read;
  std::vector<std::unique_ptr<net::WsClient>> sockets;
  for (const Person& person : *persons) {
    auto socket = co_await people.connect(person, people.doors().front());
    if (!socket) co_return socket.error();
    sockets.push_back(std::move(*socket));
  }
  const double seconds = std::chrono::duration<double>(loop->timers().now() - began).count();
  if (auto read = co_await measured.end(seconds); !read) co_return read;
  const double grown =
      static_cast<double>(server->usage().rss_bytes) - static_cast<double>(before.rss_bytes);
  fmt::print("idle, {} connections, one after the other\n", options.connections);
  measured.print("connect", static_cast<double>(options.connections));
  fmt::print(
      "memory       {:>10.0f} bytes of RSS per connection (user space, without the kernel's "
      "sockets)\n",
      grown / static_cast<double>(options.connections));
  co_return Result<void>{};
}

}  // namespace

Result<void> run_idle(IdleOptions options) {
  auto server = ServerProcess::start({});
  if (!server) return server.error();
  Loop loop{"bench"};
  return drive(loop.context(), connect_all(&loop, options, &*server));
}

}  // namespace gochat::bench
