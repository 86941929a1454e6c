// What one thread's connections have carried. Counted on that thread, read from any.
#pragma once

#include <cstdint>

#include "base/metrics.hpp"

namespace gochat::net {

struct TrafficCounts {
  std::uint64_t bytes_in = 0;
  std::uint64_t bytes_out = 0;
  std::uint64_t messages_in = 0;         // whole WebSocket messages
  std::uint64_t frames_out = 0;          // given to WebSockets, pings and pongs among them
  std::uint64_t outbox_overflows = 0;    // readers given up with 4000
  std::uint64_t requests_malformed = 0;  // refused before their owner saw them
};

struct alignas(64) Traffic {
  metrics::Counter bytes_in;
  metrics::Counter bytes_out;
  metrics::Counter messages_in;
  metrics::Counter frames_out;
  metrics::Counter outbox_overflows;
  metrics::Counter requests_malformed;

  void add_to(TrafficCounts& sum) const {
    sum.bytes_in += bytes_in.value();
    sum.bytes_out += bytes_out.value();
    sum.messages_in += messages_in.value();
    sum.frames_out += frames_out.value();
    sum.outbox_overflows += outbox_overflows.value();
    sum.requests_malformed += requests_malformed.value();
  }
};

}  // namespace gochat::net
