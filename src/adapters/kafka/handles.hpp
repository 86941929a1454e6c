// librdkafka's things as owned values. Only this room sees its header.
#pragma once

#include <librdkafka/rdkafka.h>

#include <memory>
#include <string>

#include "adapters/kafka/kafka_options.hpp"
#include "base/result.hpp"

namespace gochat::kafka {

// A client may be waited for by a worker while its owner lets it go: the last one ends it.
using ClientPtr = std::shared_ptr<rd_kafka_t>;
// For one that cannot be ended safely: it is kept, with its threads, until the process ends.
void leave_to_the_process(ClientPtr client);

template <auto destroy>
struct Destroy {
  template <class T>
  void operator()(T* thing) const {
    destroy(thing);
  }
};
using QueuePtr = std::unique_ptr<rd_kafka_queue_t, Destroy<rd_kafka_queue_destroy>>;
using EventPtr = std::unique_ptr<rd_kafka_event_t, Destroy<rd_kafka_event_destroy>>;
using TopicPtr = std::unique_ptr<rd_kafka_topic_t, Destroy<rd_kafka_topic_destroy>>;
using MessagePtr = std::unique_ptr<rd_kafka_message_t, Destroy<rd_kafka_message_destroy>>;
using ErrorPtr = std::unique_ptr<rd_kafka_error_t, Destroy<rd_kafka_error_destroy>>;
using PartitionsPtr = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                      Destroy<rd_kafka_topic_partition_list_destroy>>;

// The settings of a client to be; the first that is refused is the answer of make().
class Settings {
 public:
  // What producer and consumer have in common.
  explicit Settings(const KafkaOptions& options);
  ~Settings();
  Settings(const Settings&) = delete;
  Settings& operator=(const Settings&) = delete;

  Settings& set(const std::string& name, const std::string& value);
  Settings& set(const std::string& name, std::size_t value);
  Settings& set_ms(const std::string& name, Duration value);
  Settings& events(int kinds);

  Result<ClientPtr> make(rd_kafka_type_t type);

 private:
  void secure(const KafkaOptions& options);

  rd_kafka_conf_t* settings_;
  std::string refused_;
};

std::string words(rd_kafka_resp_err_t error);
// "Kafka at <brokers>: <doing>: <what librdkafka says>".
Error away(const KafkaOptions& options, const std::string& doing, rd_kafka_resp_err_t error);
int whole_ms(Duration time);

}  // namespace gochat::kafka
