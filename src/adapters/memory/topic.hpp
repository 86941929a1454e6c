#pragma once

#include <list>
#include <memory>
#include <string>
#include <vector>

#include "adapters/memory/consumer_group.hpp"
#include "adapters/memory/lane_log.hpp"
#include "adapters/memory/memory_queue.hpp"

namespace gochat::memory {

// The lanes of a topic and the groups that read them. The pumps share its ownership, so that it
// outlives its removal until they have ended.
class Topic : public std::enable_shared_from_this<Topic> {
 public:
  Topic(std::string name, std::size_t lanes, Timers& timers, const MemoryQueueLimits& limits);

  const std::string& name() const { return name_; }
  Timers& timers() const { return timers_; }
  const MemoryQueueLimits& limits() const { return limits_; }
  std::size_t lane_count() const { return lanes_.size(); }
  const LaneLog& lane(std::size_t number) const { return lanes_[number]; }

  Result<void> append(QueueRecord record);
  ConsumerGroup& group(const std::string& name);
  // Forgets observers that left, and what nobody will read any more.
  void sweep();
  void trim(std::size_t lane);
  bool removed() const { return removed_; }
  std::size_t records() const { return records_; }
  std::size_t bytes() const { return bytes_; }
  void close();
  void abandon();

 private:
  Result<void> check_room(std::size_t lane, std::size_t bytes, MonoTime now) const;
  // The first record of the lane that some group has not been given.
  std::uint64_t first_untaken(std::size_t lane) const;

  const std::string name_;
  Timers& timers_;
  const MemoryQueueLimits& limits_;
  Duration wait_max_;
  std::vector<LaneLog> lanes_;
  std::list<ConsumerGroup> groups_;
  bool ever_subscribed_ = false;
  bool removed_ = false;
  std::size_t records_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace gochat::memory
