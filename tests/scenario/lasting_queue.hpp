// A queue whose records and offsets outlive the process, as a broker's do: what was not committed
// comes again. The embedded queue gives nothing twice, so this is where redelivery is met.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "async/gate.hpp"
#include "async/timer.hpp"
#include "ports/message_queue.hpp"
#include "scenario/fate.hpp"

namespace gochat::scenario {

// What survives.
struct QueueDisk {
  struct Lane {
    std::vector<QueueRecord> records;
    std::map<std::string, std::uint64_t> committed;  // by group
  };
  std::map<std::string, std::vector<Lane>> topics;
};

class LastingQueue final : public MessageQueue {
 public:
  static constexpr Duration retry_after = std::chrono::milliseconds{50};

  LastingQueue(QueueDisk& disk, Fate& fate, Timers& timers, boost::asio::any_io_executor executor)
      : disk_{disk}, fate_{fate}, timers_{timers}, gate_{std::move(executor)} {}

  Task<Result<Durability>> publish(QueueRecord record, Deadline deadline) override;
  Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo to,
                                                        LaneHandler& handler) override;
  Task<Result<void>> ensure_topic(std::string topic, std::int32_t lanes) override;
  Task<Result<void>> remove_topic(std::string topic) override;

  // Publishes to downstream topics, and of shards, are `overloaded` while it is set.
  void set_full(bool full) { full_ = full; }
  Task<> stop();

 private:
  struct Waiter {
    std::string topic;
    std::size_t lane;
    std::move_only_function<void(bool)> wake;
  };

  Task<> read_lane(SubscribeTo to, std::size_t lane, LaneHandler& handler);
  Task<> wait_for(std::string topic, std::size_t lane);
  void wake(const std::string& topic, std::size_t lane);

  QueueDisk& disk_;
  Fate& fate_;
  Timers& timers_;
  Gate gate_;
  std::vector<Waiter> waiters_;
  bool full_ = false;
  bool stopped_ = false;
};

}  // namespace gochat::scenario
