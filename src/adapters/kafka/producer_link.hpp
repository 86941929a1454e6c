#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "adapters/kafka/bell.hpp"
#include "adapters/kafka/handles.hpp"
#include "async/timer.hpp"
#include "ports/message_queue.hpp"

namespace gochat::kafka {

// What became of a record: librdkafka's error, and whether a broker may have it all the same.
struct DeliveryReport {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_msg_status_t status = RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
};

// One client of librdkafka with the publishes that wait for it. Records are handed over in rounds:
// what is published while one is under way gathers for the next, so that a slow broker gets larger
// requests instead of more of them. librdkafka's thread does not sleep while a record waits longer
// than its linger because too many requests are under way, and takes the CPU from that very broker.
// Lives on one loop.
class ProducerLink : public std::enable_shared_from_this<ProducerLink> {
 public:
  using Answer = std::move_only_function<void(DeliveryReport)>;

  ProducerLink(ClientPtr client, boost::asio::any_io_executor executor, Timers& timers,
               const KafkaLimits& limits);

  const ClientPtr& client() const { return client_; }
  std::size_t waiting() const { return waiting_.size(); }
  bool broken() const { return broken_; }
  // What went wrong with a broker last, since this was forgotten; empty: nothing.
  const std::string& trouble() const { return trouble_; }
  void forget_trouble() { trouble_.clear(); }

  // Answers once; at the deadline with what is true then, that the end is not known.
  void send(std::string topic, QueueRecord record, Deadline deadline, Answer answer);
  // No further record; those under way are answered by what is known of them.
  void retire();
  // Drops what waits, and gives the client up to be ended elsewhere.
  ClientPtr take_apart();

 private:
  struct Waiting {
    Answer answer;
    Timer late;
  };
  struct Gathered {
    std::uint64_t number;
    std::string topic;
    QueueRecord record;
  };

  void begin_round();
  void hand_over_round();
  void let_round_be();
  rd_kafka_resp_err_t hand_over(const std::string& topic, const QueueRecord& record,
                                std::uint64_t number);
  void give_up(std::uint64_t number);
  void serve();
  void serve_error(rd_kafka_event_t* event);
  void settle(std::uint64_t number, DeliveryReport report);

  ClientPtr client_;
  boost::asio::any_io_executor executor_;
  Timers& timers_;
  const KafkaLimits& limits_;
  std::unordered_map<std::string, TopicPtr> topics_;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_number_ = 0;
  bool broken_ = false;
  std::string trouble_;

  std::vector<Gathered> gathered_;  // for the next round
  std::size_t gathered_bytes_ = 0;
  bool begins_ = false;
  std::uint64_t before_round_ = 0;  // the last number of earlier rounds
  std::uint64_t handed_over_ = 0;   // the last number of this one
  std::size_t under_way_ = 0;       // of this one, not answered yet
  Timer round_late_;

  QueuePtr queue_;
  std::unique_ptr<Bell> bell_;
};

}  // namespace gochat::kafka
