// What logic leaves to task, for which nobody waits: that the queue has it is all there is to know.
#pragma once

#include <vector>

#include "dispatch/dead_letters.hpp"
#include "logic/needs.hpp"
#include "logic/options.hpp"

namespace gochat::logic {

struct Outgoing;

class TaskRequests {
 public:
  TaskRequests(const Needs& needs, const Options& options, dispatch::DeadLetterOffice& letters);

  // One for each kind of work that is done for every message outside the world room.
  std::vector<QueueRecord> of_message(const Outgoing& item) const;

  // Makes the topics in which requests wait for task, in whatever process and whenever it comes.
  Task<Result<void>> start();
  // In the order given, all under way at once. An error means that the queue may have some. Work on
  // a message for which there is no room is laid with the dead letters: it must not hold up sends.
  Task<Result<void>> publish(std::vector<QueueRecord> requests);

 private:
  Task<Result<void>> publish_one(QueueRecord request);

  MessageQueue& queue_;
  Timers& timers_;
  const Options& options_;
  dispatch::DeadLetterOffice& letters_;
};

}  // namespace gochat::logic
