// Questions about topics, and their making and removing. Everything here waits for a broker: it
// runs on the queue's workers. Names are those that the brokers know.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "adapters/kafka/handles.hpp"

namespace gochat::kafka {

class TopicAdmin {
 public:
  TopicAdmin(const KafkaOptions& options, ClientPtr client)
      : options_{options}, client_{std::move(client)} {}

  // Every topic whose name begins so.
  Result<std::vector<std::string>> topics(const std::string& begins, Duration time) const;
  // How many lanes the topic has; not_found when there is no such topic.
  Result<std::int32_t> lanes(const std::string& topic, Duration time) const;
  // The offset that the next record of the lane will have.
  Result<std::int64_t> end(const std::string& topic, std::int32_t lane, Duration time) const;
  // The controller has decided then; the brokers see it within a moment.
  Result<void> make(const std::string& topic, std::int32_t lanes, TopicCare care,
                    Duration time) const;
  Result<void> remove(const std::string& topic, Duration time) const;

 private:
  EventPtr answer(rd_kafka_queue_t* queue, Duration time) const;

  const KafkaOptions& options_;
  ClientPtr client_;
};

}  // namespace gochat::kafka
