#include "protocol/message_task.hpp"

#include <utility>

#include "domain/limits.hpp"
#include "gochat/v1/records.pb.h"
#include "protocol/record_bytes.hpp"

namespace gochat::protocol {
namespace {

constexpr std::size_t kind_bytes_max = 64;
constexpr std::size_t sender_name_bytes_max = 256;

}  // namespace

std::string task_topic_of(std::string_view kind) {
  return std::string{task_topic_prefix} + std::string{kind};
}

std::string encode(const MessageTask& task) {
  v1::MessageTask to;
  to.set_version(record_version);
  to.set_kind(task.kind);
  to.set_conversation_id(task.conversation.text());
  to.set_message_id(wire(task.message));
  to.set_seq(task.seq.number());
  to.set_member_version(task.members.number());
  to.set_sender_name(task.sender_name);
  return serialized(to);
}

Result<MessageTask> decode_message_task(std::string_view bytes) {
  v1::MessageTask from;
  if (auto parsed = parse_into(from, bytes); !parsed) return std::move(parsed).error();
  WireChecks checks;
  MessageTask task{
      checks.text(from.kind(), kind_bytes_max, "kind"),
      ConversationId{checks.text(from.conversation_id(), limits::conversation_id_bytes_max,
                                 "conversation_id")},
      checks.needed_id<MessageId>(from.message_id(), "message_id"),
      checks.count<Seq>(from.seq(), "seq"),
      checks.count<MemberVersion>(from.member_version(), "member_version"),
      checks.text(from.sender_name(), sender_name_bytes_max, "sender_name")};
  if (task.kind.empty()) checks.wrong("kind", "is missing");
  if (!checks.passed()) return checks.error();
  return task;
}

}  // namespace gochat::protocol
