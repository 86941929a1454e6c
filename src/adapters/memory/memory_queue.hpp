#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>

#include "async/gate.hpp"
#include "ports/message_queue.hpp"

namespace gochat::memory {

struct MemoryQueueLimits {
  // Of one topic, over its lanes, until every group has finished with a record.
  std::size_t topic_bytes_max = 64 * 1024 * 1024;
  std::size_t topic_records_max = 200'000;
  // A lane whose oldest untaken record waited longer takes no further one: accepted work keeps its
  // latency, and what would have to wait is refused at once.
  Duration wait_max = std::chrono::milliseconds{250};
  // Topics of background work, whose records may wait.
  std::map<std::string, Duration, std::less<>> wait_max_of{};
  Duration retry_first = std::chrono::milliseconds{50};
  Duration retry_max = std::chrono::seconds{2};
};

class Topic;

// The queue of one process. A crash ends every connection and loses what was queued, which is why
// it answers `in_memory` and no client is told `accepted`. A topic keeps its records for the first
// group that subscribes; with no group left, observers (no group) alone decide what is kept. Lives
// on one loop.
class MemoryQueue final : public MessageQueue {
 public:
  MemoryQueue(boost::asio::any_io_executor executor, Timers& timers, MemoryQueueLimits limits = {});
  ~MemoryQueue() override;

  Task<Result<Durability>> publish(QueueRecord record, Deadline deadline) override;
  Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo to,
                                                        LaneHandler& handler) override;
  Task<Result<void>> ensure_topic(std::string topic, std::int32_t lanes) override;
  Task<Result<void>> remove_topic(std::string topic) override;

  // What it holds for consumers that have not finished with it.
  struct Figures {
    std::size_t records = 0;
    std::size_t bytes = 0;
  };
  Figures figures() const;

 private:
  Result<std::shared_ptr<Topic>> find(const std::string& name) const;

  Timers& timers_;
  const MemoryQueueLimits limits_;
  std::unordered_map<std::string, std::shared_ptr<Topic>> topics_;
  Gate gate_;
};

}  // namespace gochat::memory
