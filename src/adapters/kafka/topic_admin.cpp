#include "adapters/kafka/topic_admin.hpp"

#include <algorithm>
#include <array>

namespace gochat::kafka {
namespace {

using NewTopicPtr = std::unique_ptr<rd_kafka_NewTopic_t, Destroy<rd_kafka_NewTopic_destroy>>;
using DeleteTopicPtr =
    std::unique_ptr<rd_kafka_DeleteTopic_t, Destroy<rd_kafka_DeleteTopic_destroy>>;
using MetadataPtr = std::unique_ptr<const rd_kafka_metadata_t, Destroy<rd_kafka_metadata_destroy>>;
using AdminOptionsPtr =
    std::unique_ptr<rd_kafka_AdminOptions_t, Destroy<rd_kafka_AdminOptions_destroy>>;

// With so many two are left when one is away, and both have what is acknowledged.
constexpr std::int16_t replicas_to_spare_one = 3;
constexpr std::size_t refusal_bytes = 512;

AdminOptionsPtr within(rd_kafka_t* client, rd_kafka_admin_op_t call, Duration time) {
  AdminOptionsPtr options{rd_kafka_AdminOptions_new(client, call)};
  std::array<char, refusal_bytes> why{};
  rd_kafka_AdminOptions_set_request_timeout(options.get(), std::max(1, whole_ms(time)), why.data(),
                                            why.size());
  return options;
}

rd_kafka_resp_err_t outcome(const rd_kafka_topic_result_t* const* results, std::size_t count) {
  return count == 0 ? RD_KAFKA_RESP_ERR_NO_ERROR : rd_kafka_topic_result_error(results[0]);
}

}  // namespace

Result<std::vector<std::string>> TopicAdmin::topics(const std::string& begins,
                                                    Duration time) const {
  const rd_kafka_metadata_t* told = nullptr;
  const auto error =
      rd_kafka_metadata(client_.get(), 1, nullptr, &told, std::max(1, whole_ms(time)));
  const MetadataPtr metadata{told};
  if (error) return away(options_, "asking for all topics", error);
  std::vector<std::string> names;
  for (int n = 0; n < metadata->topic_cnt; ++n) {
    const std::string name = metadata->topics[n].topic;
    if (name.starts_with(begins)) names.push_back(name);
  }
  return names;
}

Result<std::int32_t> TopicAdmin::lanes(const std::string& topic, Duration time) const {
  const TopicPtr asked{rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr)};
  if (!asked) return away(options_, "topic " + topic, rd_kafka_last_error());
  const rd_kafka_metadata_t* told = nullptr;
  const auto error =
      rd_kafka_metadata(client_.get(), 0, asked.get(), &told, std::max(1, whole_ms(time)));
  const MetadataPtr metadata{told};
  if (error) return away(options_, "asking about topic " + topic, error);
  if (metadata->topic_cnt != 1) return failed(ErrorCode::not_found, "no topic " + topic);
  const rd_kafka_metadata_topic_t& found = metadata->topics[0];
  if (found.err == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) {
    return failed(ErrorCode::not_found, "no topic " + topic);
  }
  if (found.err) return away(options_, "asking about topic " + topic, found.err);
  for (int n = 0; n < found.partition_cnt; ++n) {
    if (found.partitions[n].leader < 0) {
      return away(options_, "topic " + topic, RD_KAFKA_RESP_ERR_LEADER_NOT_AVAILABLE);
    }
  }
  return found.partition_cnt;
}

Result<std::int64_t> TopicAdmin::end(const std::string& topic, std::int32_t lane,
                                     Duration time) const {
  std::int64_t low = 0;
  std::int64_t high = 0;
  const auto error = rd_kafka_query_watermark_offsets(client_.get(), topic.c_str(), lane, &low,
                                                      &high, std::max(1, whole_ms(time)));
  if (error) return away(options_, "asking for the end of topic " + topic, error);
  return high;
}

EventPtr TopicAdmin::answer(rd_kafka_queue_t* queue, Duration time) const {
  return EventPtr{rd_kafka_queue_poll(queue, whole_ms(time + std::chrono::seconds{1}))};
}

Result<void> TopicAdmin::make(const std::string& topic, std::int32_t lanes, TopicCare care,
                              Duration time) const {
  std::array<char, refusal_bytes> why{};
  const NewTopicPtr wanted{
      rd_kafka_NewTopic_new(topic.c_str(), lanes, options_.replicas, why.data(), why.size())};
  if (!wanted) return failed(ErrorCode::invalid_params, "topic " + topic + ": " + why.data());
  rd_kafka_NewTopic_set_config(wanted.get(), "retention.ms",
                               std::to_string(care.retention.count()).c_str());
  // Without these a leader that is alone acknowledges what only its memory holds.
  if (care.lasting && options_.replicas >= replicas_to_spare_one) {
    rd_kafka_NewTopic_set_config(wanted.get(), "min.insync.replicas", "2");
  } else if (care.lasting && options_.replicas > 0) {
    rd_kafka_NewTopic_set_config(wanted.get(), "flush.messages", "1");
  }
  const auto call = within(client_.get(), RD_KAFKA_ADMIN_OP_CREATETOPICS, time);
  const QueuePtr queue{rd_kafka_queue_new(client_.get())};
  std::array<rd_kafka_NewTopic_t*, 1> topics{wanted.get()};
  rd_kafka_CreateTopics(client_.get(), topics.data(), topics.size(), call.get(), queue.get());
  const auto told = answer(queue.get(), time);
  auto error = told ? rd_kafka_event_error(told.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (!error) {
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_CreateTopics_result_topics(rd_kafka_event_CreateTopics_result(told.get()), &count);
    error = outcome(results, count);
  }
  if (!error || error == RD_KAFKA_RESP_ERR_TOPIC_ALREADY_EXISTS) return {};
  return away(options_, "making topic " + topic, error);
}

Result<void> TopicAdmin::remove(const std::string& topic, Duration time) const {
  const DeleteTopicPtr unwanted{rd_kafka_DeleteTopic_new(topic.c_str())};
  const auto call = within(client_.get(), RD_KAFKA_ADMIN_OP_DELETETOPICS, time);
  const QueuePtr queue{rd_kafka_queue_new(client_.get())};
  std::array<rd_kafka_DeleteTopic_t*, 1> topics{unwanted.get()};
  rd_kafka_DeleteTopics(client_.get(), topics.data(), topics.size(), call.get(), queue.get());
  const auto told = answer(queue.get(), time);
  auto error = told ? rd_kafka_event_error(told.get()) : RD_KAFKA_RESP_ERR__TIMED_OUT;
  if (!error) {
    std::size_t count = 0;
    const auto* const* results =
        rd_kafka_DeleteTopics_result_topics(rd_kafka_event_DeleteTopics_result(told.get()), &count);
    error = outcome(results, count);
  }
  if (!error || error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART) return {};
  return away(options_, "removing topic " + topic, error);
}

}  // namespace gochat::kafka
