#include "protocol/dead_letter_topics.hpp"

#include <algorithm>
#include <array>

#include "protocol/message_task.hpp"

namespace gochat::protocol {
namespace {

constexpr std::string_view told_error =
    "its sender was told that it failed, and may have said it again";
constexpr std::string_view caught_up = "its receivers have read what they missed since";

constexpr std::array topics{
    DeadLetterTopic{upstream_topic, "im-upstream-topic-dlq", told_error},
    DeadLetterTopic{upstream_world_topic, "im-upstream-world-topic-dlq", told_error},
    DeadLetterTopic{"im-downstream", "im-downstream-dlq", caught_up},
    DeadLetterTopic{large_group_topic, "im-task-large-group-fanout-topic-dlq", {}},
    DeadLetterTopic{task_topic, "im-task-topic-dlq", {}},
};

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + ' ' + std::string{what} + (count == 1 ? "" : "s");
}

std::string about(const UpstreamRecord& send) {
  return "send of " + send.sender.text() + " into " + send.conversation.text() + ", " +
         counted(send.content.size(), "byte");
}

std::string about(const ShardRecord& shard) {
  const Message& message = std::get<MessagePush>(shard.told.push).message;
  return "message " + message.id.text() + ", seq " + std::to_string(message.seq.number()) + " of " +
         shard.told.conversation.text() + ", shard " + std::to_string(shard.shard + 1) + " of " +
         std::to_string(shard.shards);
}

std::string about(const MessageTask& task) {
  return task.kind + " of message " + task.message.text() + ", seq " +
         std::to_string(task.seq.number()) + " of " + task.conversation.text();
}

std::string about(const DownstreamRecord& told) {
  return "push in " + told.conversation.text() + " to " +
         (told.to_all ? "everybody" : counted(told.recipients.size(), "receiver")) + ", " +
         counted(told.receipts.size(), "receipt");
}

std::optional<std::string> read(const DeadLetter& letter) {
  if (letter.cut) return std::nullopt;
  const auto shown = [](const auto& record) {
    return record ? std::optional{about(*record)} : std::nullopt;
  };
  if (letter.topic == large_group_topic) return shown(decode_shard(letter.value));
  if (letter.topic.starts_with(task_topic_prefix)) return shown(decode_message_task(letter.value));
  if (letter.topic.starts_with(downstream_topic_prefix)) {
    return shown(decode_downstream(letter.value));
  }
  return shown(decode_upstream(letter.value));
}

}  // namespace

std::span<const DeadLetterTopic> dead_letter_topics() { return topics; }

std::string dead_letter_topic(std::string_view topic) {
  if (topic.starts_with(downstream_topic_prefix)) topic = "im-downstream";
  if (topic.starts_with(task_topic_prefix)) topic = task_topic;
  return std::string{topic} + std::string{dead_letter_suffix};
}

bool is_readable(const DeadLetter& letter) { return read(letter).has_value(); }

std::string summary(const DeadLetter& letter) {
  return read(letter).value_or((letter.cut ? "cut, " : "unreadable, ") +
                               counted(letter.value.size(), "byte"));
}

}  // namespace gochat::protocol
