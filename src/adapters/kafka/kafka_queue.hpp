#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/kafka/kafka_options.hpp"
#include "adapters/kafka/topic_counts.hpp"
#include "async/timer.hpp"
#include "ports/message_queue.hpp"

namespace gochat::kafka {

// The queue of a cluster, on Kafka's brokers. Lives on one loop; what waits for brokers runs on
// threads of its own.
class KafkaQueue final : public MessageQueue {
 public:
  // Asks no broker: a queue whose brokers are away is there, and answers `unavailable` until they
  // come. An error names the setting that cannot be.
  static Result<std::unique_ptr<KafkaQueue>> open(boost::asio::any_io_executor executor,
                                                  Timers& timers, KafkaOptions options);
  // Subscriptions that were not stopped end without a word to their handlers, and their group goes
  // on when their session has timed out. Publishes under way are neither undone nor answered.
  ~KafkaQueue() override;

  Task<Result<Durability>> publish(QueueRecord record, Deadline deadline) override;
  Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo to,
                                                        LaneHandler& handler) override;
  Task<Result<void>> ensure_topic(std::string topic, std::int32_t lanes) override;
  Task<Result<void>> remove_topic(std::string topic) override;

  // What a topic of one lane holds by now from that offset on, while `visit` answers true; nothing
  // when it was never made. Where no record has that offset, from its beginning. `visit` is called
  // on another thread, also when nobody waits for the answer any more.
  using Visit = std::function<bool(QueueDelivery)>;
  Task<Result<void>> read(std::string topic, std::uint64_t from, Visit visit);
  // Every topic of this environment whose name begins so.
  Task<Result<std::vector<std::string>>> topics(std::string begins);

  const TopicCountsMap& counts() const;
  // Of a topic, or of all whose names begin so as a key of `care_of` does; from now on.
  const TopicTimes& times(std::string_view topic) const;
  struct Figures {
    std::size_t waiting = 0;  // publishes without an answer
    std::uint64_t producers_replaced = 0;
    std::map<std::string, std::uint64_t> lag;  // by topic, of the lanes that are ours
    std::size_t lanes = 0;
    std::uint64_t rebalances = 0;
  };
  Figures figures() const;

 private:
  struct State;
  explicit KafkaQueue(std::shared_ptr<State> state);
  // Tasks that wait for brokers may outlive the queue, and find it closed.
  std::shared_ptr<State> state_;
};

}  // namespace gochat::kafka
