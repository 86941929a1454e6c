// What a kind of background work is given of every message that was stored.
#pragma once

#include <string>
#include <string_view>

#include "protocol/records.hpp"

namespace gochat::protocol {

// Only names the message: whoever does the work reads what it has become.
struct MessageTask {
  std::string kind;  // which TaskProcessor it is for
  ConversationId conversation;
  MessageId message;
  Seq seq;
  MemberVersion members;  // in force at `seq`
  std::string sender_name;
};

// Each kind has a topic of its own: whom one is told of may be away, and the others go on.
inline constexpr std::string_view task_topic_prefix = "im-task-topic-";
std::string task_topic_of(std::string_view kind);

std::string encode(const MessageTask& task);
Result<MessageTask> decode_message_task(std::string_view bytes);

}  // namespace gochat::protocol
