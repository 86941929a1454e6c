#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/memory/lane_log.hpp"
#include "adapters/memory/memory_queue.hpp"
#include "async/gate.hpp"
#include "async/wakeup.hpp"
#include "ports/message_queue.hpp"

namespace gochat::memory {

// One subscription within its group.
struct Member {
  LaneHandler& handler;
  std::size_t batch_records_max;
  std::size_t lanes_held = 0;  // assigned, or being assigned
  Wakeup released;             // no lane is held any more

  void release() {
    if (--lanes_held == 0) released.notify();
  }
};
using MemberPtr = std::shared_ptr<Member>;

// The place of one group in every lane of a topic, and the members that share the lanes. Each lane
// has one pump while the group has members; only the pump talks to handlers, so a lane can change
// hands only between two batches.
class ConsumerGroup {
 public:
  ConsumerGroup(Topic& topic, std::string name, bool from_now);

  const std::string& name() const { return name_; }
  // An observer that left: its place in the lanes means nothing any more.
  bool abandoned() const;

  void join(MemberPtr member, Gate& gate);
  // The member gets no further batch; its lanes go to the others when its running batches end.
  void leave(const MemberPtr& member, Gate& gate);

  void published(std::size_t lane);
  // What this group has finished, and what it has handed out, of a lane.
  std::uint64_t done(std::size_t lane) const { return lanes_[lane]->done; }
  std::uint64_t taken(std::size_t lane) const { return lanes_[lane]->taken; }
  // The topic is gone: lanes are taken back and pumps end.
  void close();
  // Drops the pumps where they wait, without a word to any handler.
  void abandon();

 private:
  struct Lane {
    std::size_t number = 0;
    std::uint64_t done = 0;
    std::uint64_t taken = 0;
    std::uint64_t given_end = 0;  // below it every record was handed out at least once
    Duration retry_in{};
    MemberPtr owner;   // who should have the lane
    MemberPtr holder;  // who was told that it has it
    bool pumping = false;
    bool idle = false;  // the pump waits for records
    Wakeup wake;
  };

  void share_lanes(Gate& gate);
  Task<> pump(std::shared_ptr<Topic> topic, Lane* lane);
  // Revokes and assigns until the lane is held by its owner, or by nobody if it has none.
  Task<> pass_on(Lane* lane);
  Task<> wait_for_records(Lane* lane);
  Task<> give_batch(Lane* lane);
  Task<> back_off(Lane* lane);
  LaneBatch next_batch(const Lane& lane) const;
  LaneId id_of(const Lane& lane) const;
  MemberPtr owner_of(const Lane& lane) const;

  Topic& topic_;
  const std::string name_;
  std::vector<MemberPtr> members_;
  std::vector<std::unique_ptr<Lane>> lanes_;
};

}  // namespace gochat::memory
