// Puts records into the topics of gateways.
#pragma once

#include <string>
#include <vector>

#include "async/timer.hpp"
#include "ports/message_queue.hpp"
#include "protocol/records.hpp"

namespace gochat::dispatch {

struct Addressed {
  std::string gateway;
  protocol::DownstreamRecord record;
  std::string trace{};  // W3C trace context of what caused it, or empty
};

class Downstream {
 public:
  Downstream(MessageQueue& queue, Timers& timers, Duration deadline)
      : queue_{queue}, timers_{timers}, deadline_{deadline} {}

  // In the order given, each gateway's one after the other; all are under way at once. The first
  // error after all have ended. A gateway whose topic is gone is gone, and what was meant for it is
  // dropped.
  Task<Result<void>> publish(std::vector<Addressed> records);

 private:
  Task<Result<void>> publish_one(Addressed addressed);

  MessageQueue& queue_;
  Timers& timers_;
  Duration deadline_;
};

}  // namespace gochat::dispatch
