// What task stands on. All of it outlives task, and everything runs on `executor`.
#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "async/timer.hpp"
#include "ports/clock.hpp"
#include "ports/message_queue.hpp"
#include "ports/random.hpp"
#include "ports/repo_api.hpp"
#include "ports/service_directory.hpp"
#include "ports/session_registry.hpp"

namespace gochat::task {

struct Needs {
  MessageRepo& messages;
  ConversationRepo& conversations;
  GroupRepo& groups;
  MessageQueue& queue;
  SessionRegistry& registry;
  ServiceDirectory& directory;
  Clock& clock;
  Timers& timers;
  Random& random;
  boost::asio::any_io_executor executor;
};

}  // namespace gochat::task
