#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat {

struct QueueRecord {
  std::string topic;
  std::string key;  // records of one key keep their order
  std::string value;
  std::string trace;  // W3C trace context, may be empty
};

// How safe a published record is by the queue alone.
enum class Durability : std::uint8_t { in_memory, on_disk };

struct QueueDelivery {
  std::string key;
  std::string value;
  std::string trace;
  std::uint64_t offset = 0;
  // The record may have been handled before: it lies below the end that was read at assignment, or
  // this lane gives it again after an error. Always false in a queue that redelivers nothing.
  bool maybe_again = false;
};

// A lane is one partition of a topic, worked on by one handler at a time.
struct LaneId {
  std::string topic;
  std::int32_t partition = 0;
  bool operator==(const LaneId&) const = default;
};

struct LaneBatch {
  LaneId lane;
  std::vector<QueueDelivery> deliveries;  // in offset order, never empty
};

// Takes the batches of a subscription. Ordering: the next batch of a lane is given after the task
// for this one, and `committed` for it, have ended; lanes run side by side. Idempotency: a batch
// comes again, whole or in part, after an error, a crash or a rebalance. Errors: ok commits the
// offsets behind the batch; an error gives it again after a back-off and holds up only this lane,
// `fenced` only once the lane is known to be ours still and `assigned` anew. Cancellation: a task
// that runs when the subscription stops is awaited.
class LaneHandler {
 public:
  virtual ~LaneHandler() = default;
  virtual Task<Result<void>> take(LaneBatch batch) = 0;
  // The offsets behind the batch that was taken last are committed: it will not come again, and
  // what may be said only then is said here. Left out when the commit failed or the lane was lost.
  virtual Task<> committed(LaneId lane) = 0;
  // The lane is ours: called before its first batch and before its end offset is read. The handler
  // raises its fence here.
  virtual Task<Result<void>> assigned(LaneId lane) = 0;
  virtual void revoked(LaneId lane) = 0;
};

class Subscription {
 public:
  virtual ~Subscription() = default;
  // No further batch; returns when running ones have ended and their offsets are committed.
  virtual Task<> stop() = 0;
};

struct SubscribeTo {
  std::string topic;
  std::string group;  // subscribers of one group share the lanes; empty: all lanes, from now on
  std::size_t batch_records_max = 1'000;
};

// Carries records from one room to another, at least once.
// Ordering: per key, in the order in which `publish` was called on one producer. Nothing is
// promised across keys. Idempotency: none; a consumer meets a record again after a crash or a
// rebalance and must recognise what it has done. Errors: nothing was queued with `not_found`, that
// there is no such topic, `overloaded` and `unavailable`; with `timeout` the outcome is unknown, so
// the caller must not tell its client that the record failed. Cancellation: a publish that was
// started is never undone; dropping the task only stops waiting for it.
class MessageQueue {
 public:
  virtual ~MessageQueue() = default;

  // Returns once the record is as durable as this queue makes it. Only `on_disk` may be shown to a
  // client as `accepted`.
  virtual Task<Result<Durability>> publish(QueueRecord record, Deadline deadline) = 0;

  // The handler must outlive the subscription's stop().
  virtual Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo to,
                                                                LaneHandler& handler) = 0;

  // Creates a topic if it is missing, with this many lanes. A topic that exists is left as it is.
  virtual Task<Result<void>> ensure_topic(std::string topic, std::int32_t lanes) = 0;
  virtual Task<Result<void>> remove_topic(std::string topic) = 0;
};

}  // namespace gochat
