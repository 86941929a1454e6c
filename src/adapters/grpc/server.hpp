// Serves the methods of a table by gRPC, with health and, where it is wanted, reflection. Handlers
// run as coroutines on the loop of the process; gRPC's threads only hand calls over.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/grpc/credentials.hpp"
#include "adapters/grpc/method_table.hpp"
#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"

namespace gochat::rpc {

struct ServerOptions {
  std::string listen = "127.0.0.1:0";  // address:port; port 0: any free one
  Credentials credentials{};
  bool reflection = false;
  std::size_t calls_max = 1'024;  // at once; the next one is told `overloaded`
  std::size_t message_bytes_max = limits::message_bytes_max;
  Duration deadline_default = std::chrono::seconds{5};  // of a caller that named none
  Duration deadline_max = std::chrono::minutes{1};
};

struct ServerCounts {
  metrics::Family<metrics::Counter> calls{"method"};
  metrics::Family<metrics::Counter> errors{"method", "code"};
  metrics::Family<metrics::WaitHistogram> seconds{"method"};
  metrics::Counter refused_credentials;
  metrics::Counter refused_overload;
};

// Lives on one loop, on which everything is called, and goes before it. It should be stopped
// before; a call that is still open when it goes is told that its outcome is unknown.
class Server {
 public:
  Server(boost::asio::any_io_executor executor, Timers& timers, ServerOptions options);
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // Before start. Every service and method must be declared in proto/, and every method that is
  // declared there must be served; else `start` fails.
  void add(const MethodTable& table);

  // Listens; from now on calls are answered. `invalid_params` for what the options cannot mean,
  // such as an address that others can reach without a token or certificates; `unavailable` when
  // the port is taken.
  Result<void> start();
  std::uint16_t port() const;

  // Shown from the next handshake on. Whether there is TLS at all is decided at the start.
  void use(Certificates certificates);

  // What the health service answers for all services. Not serving until told.
  void set_serving(bool on);

  // Not serving, no new calls; those that run have `drain` to end, then they are told that their
  // outcome is unknown. Returns when all handlers have ended.
  Task<> stop(Duration drain);

  std::size_t calls_open() const;
  const ServerCounts& counts() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gochat::rpc
