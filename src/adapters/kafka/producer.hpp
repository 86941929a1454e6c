#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/kafka/handles.hpp"
#include "adapters/kafka/producer_link.hpp"
#include "adapters/kafka/topic_counts.hpp"
#include "async/executor.hpp"
#include "ports/message_queue.hpp"

namespace gochat::kafka {

// Puts records into topics: idempotent, acks of all in-sync replicas, and each publish is answered
// by the delivery report of its own record. A producer that met a fatal error is replaced, and what
// it had not delivered is answered by what it knows of it. Lives on one loop.
class Producer {
 public:
  struct Rooms {
    boost::asio::any_io_executor executor;
    Timers& timers;
    Executor& workers;
    const KafkaOptions& options;
    TopicCountsMap& counts;
  };
  static Result<std::shared_ptr<Producer>> open(const Rooms& rooms);
  ~Producer();
  Producer(const Producer&) = delete;
  Producer& operator=(const Producer&) = delete;

  static Task<Result<Durability>> publish(std::shared_ptr<Producer> self, QueueRecord record,
                                          Deadline deadline);
  // What is still under way is neither undone nor answered, and nothing of the rooms is touched any
  // more.
  void close();

  // For questions about topics; what they learn, this producer knows.
  ClientPtr client() const;
  ProducerLink& link() { return *link_; }
  std::size_t waiting() const;
  std::uint64_t replaced() const { return replaced_; }

 private:
  explicit Producer(const Rooms& rooms) : rooms_{rooms} {}
  Result<std::shared_ptr<ProducerLink>> connect();
  Result<void> ready(const std::string& topic, Deadline deadline);
  Result<Durability> outcome(const std::string& topic, DeliveryReport report);
  Error refusal(ErrorCode code, const std::string& topic, const std::string& why);
  Result<void> replace();
  void forget_retired();
  // Whether a topic is there that this producer holds to be missing.
  struct Question {
    std::uint64_t put = 0, answered = 0;  // numbers of the last ones
    bool under_way = false;
    bool gone = false;  // by the last answer
    std::vector<std::move_only_function<void()>> waiting;
  };
  // Asks the brokers, and so tells this producer of a topic that was made meanwhile.
  static Task<bool> is_gone(std::shared_ptr<Producer> self, std::string topic, Deadline deadline);
  static Task<> ask(std::shared_ptr<Producer> self, std::string topic, Deadline deadline);

  Rooms rooms_;
  std::shared_ptr<ProducerLink> link_;
  std::vector<std::shared_ptr<ProducerLink>> retired_;   // until their last records are answered
  std::unordered_map<std::string, Question> questions_;  // by the name that brokers know
  std::uint64_t replaced_ = 0;
  bool closed_ = false;
};

}  // namespace gochat::kafka
