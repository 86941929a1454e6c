#include "adapters/kafka/topic_reader.hpp"

#include <cstddef>

namespace gochat::kafka {
namespace {

// How often a reader that waits for a broker looks at what it has waited.
constexpr int look_ms = 100;

Result<ClientPtr> make_reader(const KafkaOptions& options) {
  Settings settings{options};
  // No group is joined, but librdkafka wants a name.
  settings.set("group.id", options.group_prefix + "readers");
  settings.set("enable.auto.commit", "false").set("enable.auto.offset.store", "false");
  settings.set("auto.offset.reset", "earliest").set("enable.partition.eof", "true");
  // The end is told by a fetch that finds nothing, which brokers hold back that long.
  settings.set("fetch.wait.max.ms", std::size_t{10});
  return settings.make(RD_KAFKA_CONSUMER);
}

std::string text(const void* bytes, std::size_t size) {
  return bytes ? std::string{static_cast<const char*>(bytes), size} : std::string{};
}

// False at the end of the lane or of what is wanted.
Result<bool> read_one(const KafkaOptions& options, rd_kafka_t* client, const std::string& name,
                      const Visit& visit) {
  const int looks = whole_ms(options.limits.call_time_max) / look_ms;
  for (int look = 0; look <= looks; ++look) {
    const MessagePtr message{rd_kafka_consumer_poll(client, look_ms)};
    if (!message) continue;
    if (message->err == RD_KAFKA_RESP_ERR__PARTITION_EOF) return false;
    if (message->err) return away(options, "reading topic " + name, message->err);
    return visit({text(message->key, message->key_len),
                  text(message->payload, message->len),
                  {},
                  static_cast<std::uint64_t>(message->offset),
                  false});
  }
  return away(options, "reading topic " + name, RD_KAFKA_RESP_ERR__TIMED_OUT);
}

}  // namespace

Result<void> read_topic(const KafkaOptions& options, const TopicAdmin& admin,
                        const std::string& name, std::uint64_t from, const Visit& visit) {
  const auto lanes = admin.lanes(name, options.limits.call_time_max);
  if (lanes.code() == ErrorCode::not_found) return {};
  if (!lanes) return lanes.error();
  if (*lanes != 1) {
    return failed(ErrorCode::invalid_params,
                  "topic " + name + " has " + std::to_string(*lanes) + " partitions and not one");
  }
  auto client = make_reader(options);
  if (!client) return std::move(client).error();
  rd_kafka_poll_set_consumer(client->get());
  const PartitionsPtr lane{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(lane.get(), name.c_str(), 0)->offset =
      static_cast<std::int64_t>(from);
  if (const auto error = rd_kafka_assign(client->get(), lane.get())) {
    return away(options, "reading topic " + name, error);
  }
  for (;;) {
    const auto more = read_one(options, client->get(), name, visit);
    if (!more) return more.error();
    if (!*more) return {};
  }
}

}  // namespace gochat::kafka
