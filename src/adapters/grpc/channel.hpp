// The connection to one instance. It reconnects by itself, with back-off.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <utility>

#include "adapters/grpc/credentials.hpp"
#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat::rpc {

struct ChannelOptions {
  Credentials credentials{};
  std::size_t message_bytes_max = limits::message_bytes_max;
  Duration connect_timeout = std::chrono::seconds{2};
  Duration reconnect_first = std::chrono::milliseconds{100};
  Duration reconnect_max = std::chrono::seconds{2};
  // A peer that answers no ping for this long is taken for dead.
  Duration ping_every = std::chrono::seconds{10};
  Duration ping_timeout = std::chrono::seconds{3};
};

struct Answer {
  Result<std::string> result = ErrorCode::unavailable;
  bool answered = false;  // by the service itself, if only with an error
  bool begun = true;      // perhaps; false: surely not
};

class Channel {
 public:
  Channel(const std::string& address, const ChannelOptions& options);
  ~Channel();
  Channel(const Channel&) = delete;
  Channel& operator=(const Channel&) = delete;

  struct Request {
    std::string path;  // "/package.Service/Method"
    std::string bytes;
    std::string traceparent;
    Duration timeout;
    // Metadata by which another's service knows the caller: name and value.
    std::pair<std::string, std::string> shown{};
  };
  Task<Answer> call(Request request);
  // Ends what is open and waits for gRPC to let go of it; the callers get their answers.
  void cancel_all();

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gochat::rpc
