// Reads a topic that has one lane from its beginning to where it ends now, without a group. Waits
// for brokers: it runs on the queue's workers.
#pragma once

#include <functional>
#include <string>

#include "adapters/kafka/handles.hpp"
#include "adapters/kafka/topic_admin.hpp"
#include "ports/message_queue.hpp"

namespace gochat::kafka {

using Visit = std::function<void(QueueDelivery)>;

// `name` is the topic's for the brokers. A topic that is not there holds nothing.
Result<void> read_topic(const KafkaOptions& options, const TopicAdmin& admin,
                        const std::string& name, const Visit& visit);

}  // namespace gochat::kafka
