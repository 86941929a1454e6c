#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/kafka/bell.hpp"
#include "adapters/kafka/handles.hpp"
#include "adapters/kafka/topic_counts.hpp"
#include "async/executor.hpp"
#include "async/wakeup.hpp"
#include "ports/message_queue.hpp"

namespace gochat::kafka {

// One partition that is ours: its own queue of librdkafka, which stops fetching when it holds
// enough, and the one coroutine that talks to the handler about it. Lives on one loop.
class Lane : public std::enable_shared_from_this<Lane> {
 public:
  // Of the subscription; outlives its lanes.
  struct Rooms {
    ClientPtr client;
    boost::asio::any_io_executor executor;
    Timers& timers;
    Executor& workers;
    const KafkaOptions& options;
    LaneHandler& handler;
    TopicCounts& counts;
    std::size_t batch_records_max;
    bool observer;  // no group: nothing is committed, and nothing comes again but after an error
  };
  // `name` is the topic's for the brokers. Made before the partition is assigned: from here on its
  // records come into its own queue.
  Lane(Rooms rooms, LaneId id, std::string name);
  ~Lane();

  const LaneId& id() const { return id_; }
  // From the assignment until the lane is no longer ours; `ended` is called last.
  static Task<> run(std::shared_ptr<Lane> self, std::function<void(Lane&)> ended);
  // No further batch. A lost lane has another owner already: nothing of it is committed any more.
  void leave(bool lost);
  // The answer to the commit of this offset.
  void committed(std::int64_t offset, rd_kafka_resp_err_t error);
  // No further word to the handler.
  void abandon();
  // Records that the brokers hold behind the last committed one, as far as they have told.
  std::uint64_t lag() const;

 private:
  Task<bool> take_over();
  Task<Result<std::int64_t>> read_end();
  bool fill_batch();
  bool pull();
  LaneBatch batch() const;
  Task<> give();
  Task<> confirm();
  Task<bool> commit(std::int64_t offset);
  rd_kafka_resp_err_t start_commit(std::int64_t offset);
  Task<rd_kafka_resp_err_t> commit_answer();
  Task<> back_off();
  void let_go();

  Rooms rooms_;
  const LaneId id_;
  const std::string name_;
  QueuePtr queue_;
  std::unique_ptr<Bell> bell_;
  Wakeup wake_;
  std::deque<MessagePtr> ahead_;   // pulled, not in a batch yet
  std::vector<MessagePtr> taken_;  // the batch that is with the handler, or comes again
  bool again_ = false;             // it comes again
  std::int64_t end_ = 0;           // of the lane when it was assigned
  std::int64_t done_ = -1;         // below it everything is handled
  Duration retry_in_;
  bool leaving_ = false;
  bool lost_ = false;
  bool abandoned_ = false;
  MonoTime left_at_{};
  std::int64_t committing_ = -1;
  std::optional<rd_kafka_resp_err_t> commit_answer_;
};

}  // namespace gochat::kafka
