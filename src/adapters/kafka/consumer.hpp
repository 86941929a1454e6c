#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "adapters/kafka/bell.hpp"
#include "adapters/kafka/handles.hpp"
#include "adapters/kafka/lane.hpp"
#include "async/gate.hpp"
#include "async/wakeup.hpp"

namespace gochat::kafka {

// One member of a group, or one observer, and the lanes that are its own. Lives on one loop.
class Consumer : public std::enable_shared_from_this<Consumer> {
 public:
  struct Rooms {
    boost::asio::any_io_executor executor;
    Timers& timers;
    Executor& workers;
    const KafkaOptions& options;
    Gate& gate;
  };
  // Nothing is asked of a broker yet.
  static Result<std::shared_ptr<Consumer>> open(Rooms rooms, SubscribeTo to, LaneHandler& handler,
                                                TopicCounts& counts);
  ~Consumer();

  // Takes part in the group: lanes come and go as it decides.
  Result<void> join();
  // Reads every lane from these offsets on.
  Result<void> observe(std::vector<std::int64_t> from);
  ClientPtr client() const { return client_; }

  static Task<> stop(std::shared_ptr<Consumer> self);
  bool stopping() const { return stopping_; }
  // No further word to the handler, and what runs is left alone.
  void abandon();

  const std::string& topic() const { return to_.topic; }
  std::uint64_t lag() const;
  std::size_t lanes() const { return lanes_.size(); }
  std::uint64_t rebalances() const { return rebalances_; }

 private:
  Consumer(Rooms rooms, SubscribeTo to, LaneHandler& handler, TopicCounts& counts,
           ClientPtr client);
  std::string name() const { return rooms_.options.topic_prefix + to_.topic; }

  static Task<> watch(std::shared_ptr<Consumer> self);
  void serve();
  void serve(rd_kafka_event_t* event);
  void rebalanced(rd_kafka_event_t* event);
  void commit_answered(rd_kafka_event_t* event);
  void add_lane(std::int32_t partition);
  void start_lanes();
  void lane_ended(const Lane& lane);
  void unassign_when_free();
  Task<> first_assignment();
  bool is_joining() const { return !to_.group.empty() && rebalances_ == 0; }
  Task<> close_group();

  Rooms rooms_;
  const SubscribeTo to_;
  LaneHandler& handler_;
  TopicCounts& counts_;
  ClientPtr client_;
  QueuePtr queue_;
  std::unique_ptr<Bell> bell_;
  std::vector<std::shared_ptr<Lane>> lanes_;
  std::vector<std::shared_ptr<Lane>> starting_;
  // What the group asked back; given when its lanes have ended.
  PartitionsPtr asked_back_;
  Wakeup look_;
  Wakeup ended_;
  bool stopping_ = false;
  bool gone_ = false;
  std::uint64_t rebalances_ = 0;
};

}  // namespace gochat::kafka
