// Reads a topic that has one lane to where it ends now, without a group. Waits for brokers: it runs
// on the queue's workers.
#pragma once

#include <functional>
#include <string>

#include "adapters/kafka/handles.hpp"
#include "adapters/kafka/topic_admin.hpp"
#include "ports/message_queue.hpp"

namespace gochat::kafka {

// false: no more is wanted.
using Visit = std::function<bool(QueueDelivery)>;

// `name` is the topic's for the brokers. A topic that is not there holds nothing. Where no record
// has the offset `from`, it begins with the first that is kept.
Result<void> read_topic(const KafkaOptions& options, const TopicAdmin& admin,
                        const std::string& name, std::uint64_t from, const Visit& visit);

}  // namespace gochat::kafka
