// What an operator can watch of Redis.
#pragma once

#include <cstddef>

#include "base/metrics.hpp"

namespace gochat::redis {

struct Counts {
  metrics::Counter commands;
  metrics::WaitHistogram seconds;  // from the call until the reply, waiting included
  metrics::Counter errors;         // commands without an answer of use
  metrics::Counter timeouts;       // of these, the server did not answer in time
  metrics::Counter retries;
  metrics::Counter connects;      // connections that became ready
  metrics::Counter disconnects;   // connections that failed or were lost
  metrics::Counter redirects;     // MOVED and ASK
  metrics::Counter scripts_sent;  // whole, because the server had forgotten them
  metrics::Counter wrong_type;    // keys that held something else and were deleted
  metrics::Counter unreadable;    // values that held something else and were left out
};

// As it is now.
struct Figures {
  std::size_t connections = 0;  // ready
  std::size_t in_flight = 0;    // commands sent and not answered
  std::size_t waiting = 0;      // commands that wait for a connection, a master or a map of slots
  std::size_t left_alone = 0;   // servers that are sent nothing, because they keep failing
};

}  // namespace gochat::redis
