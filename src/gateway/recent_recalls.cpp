#include "gateway/recent_recalls.hpp"

#include <variant>

namespace gochat::gateway {
namespace {

std::string key_of(const ConversationId& conversation, std::uint64_t seq) {
  return conversation.text() + ':' + std::to_string(seq);
}

}  // namespace

void RecentRecalls::pass(protocol::DownstreamRecord& record) {
  if (const auto* push = std::get_if<protocol::EventPush>(&record.push)) {
    if (push->event.kind != EventKind::recall) return;
    known_.put(key_of(record.conversation, static_cast<std::uint64_t>(push->event.argument)), {});
  } else if (auto* told = std::get_if<protocol::MessagePush>(&record.push)) {
    if (known_.size() == 0) return;
    Message& message = told->message;
    if (!known_.find(key_of(record.conversation, message.seq.number()))) return;
    message.recalled = true;
    message.content.clear();
  }
}

}  // namespace gochat::gateway
