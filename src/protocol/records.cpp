#include "protocol/records.hpp"

#include <algorithm>
#include <limits>

#include "domain/limits.hpp"
#include "gochat/v1/records.pb.h"
#include "protocol/record_bytes.hpp"
#include "protocol/wire_checks.hpp"

namespace gochat::protocol {
namespace {

constexpr std::size_t name_bytes_max = 256;
constexpr std::size_t hint_bytes_max = 4096;

MessageType type_of(std::uint32_t number, WireChecks& checks) {
  const auto type = message_type(std::int64_t{number});
  if (type) return *type;
  checks.wrong("type", "is unknown");
  return MessageType::text;
}

ConversationId conversation_of(const std::string& bytes, WireChecks& checks) {
  return ConversationId{checks.text(bytes, limits::conversation_id_bytes_max, "conversation_id")};
}

std::string client_id_of(const std::string& bytes, WireChecks& checks) {
  return checks.text(bytes, limits::client_msg_id_bytes_max, "client_msg_id");
}

void write(v1::Receipt& to, const Receipt& receipt) {
  to.set_connection_id(wire(receipt.connection));
  to.set_request_id(receipt.request_id);
  to.set_client_msg_id(receipt.client_msg_id);
  to.set_error_number(error_row(receipt.code).number);
  to.set_hint(receipt.hint);
  to.set_message_id(wire(receipt.message_id));
  to.set_conversation_id(receipt.conversation.text());
  to.set_seq(receipt.seq.number());
  to.set_sent_at_ms(ms(receipt.sent_at));
  to.set_duplicate(receipt.duplicate);
  to.set_taken_ns(static_cast<std::uint64_t>(receipt.taken_ns));
}

Receipt read(const v1::Receipt& from, WireChecks& checks) {
  return {checks.id<ConnectionId>(from.connection_id(), "connection_id"),
          checks.text(from.request_id(), name_bytes_max, "request_id"),
          client_id_of(from.client_msg_id(), checks),
          code_of(from.error_number(), checks),
          checks.text(from.hint(), hint_bytes_max, "hint"),
          checks.id<MessageId>(from.message_id(), "message_id"),
          conversation_of(from.conversation_id(), checks),
          checks.count<Seq>(from.seq(), "seq"),
          checks.time(from.sent_at_ms(), "sent_at"),
          from.duplicate(),
          static_cast<std::int64_t>(from.taken_ns())};
}

void write_push(v1::DownstreamRecord&, std::monostate) {}

void write_push(v1::DownstreamRecord& record, const MessagePush& push) {
  auto& to = *record.mutable_message();
  to.set_id(wire(push.message.id));
  to.set_sender_id(wire(push.message.sender));
  to.set_client_msg_id(push.message.client_msg_id);
  to.set_content_hash(push.message.content_hash);
  to.set_type(static_cast<std::uint32_t>(push.message.type));
  to.set_content(push.message.content);
  to.set_reply_to(wire(push.message.reply_to));
  to.set_seq(push.message.seq.number());
  to.set_recalled(push.message.recalled);
  to.set_sent_at_ms(ms(push.message.sent_at));
  to.set_sender_name(push.sender_name);
}

MessagePush read(const v1::MessagePush& from, const ConversationId& conversation,
                 WireChecks& checks) {
  return {{checks.needed_id<MessageId>(from.id(), "message id"), conversation,
           checks.needed_id<UserId>(from.sender_id(), "sender_id"),
           client_id_of(from.client_msg_id(), checks), from.content_hash(),
           type_of(from.type(), checks),
           checks.text(from.content(), limits::content_bytes_max, "content"),
           checks.id<MessageId>(from.reply_to(), "reply_to"), checks.count<Seq>(from.seq(), "seq"),
           from.recalled(), checks.time(from.sent_at_ms(), "sent_at")},
          checks.text(from.sender_name(), name_bytes_max, "sender_name")};
}

void write_push(v1::DownstreamRecord& record, const EventPush& push) {
  auto& to = *record.mutable_event();
  to.set_event_no(push.event.no.number());
  to.set_at_seq(push.event.at_seq.number());
  to.set_kind(static_cast<std::uint32_t>(push.event.kind));
  to.set_actor_id(wire(push.event.actor));
  to.set_subject(push.event.subject);
  to.set_argument(push.event.argument);
  to.set_at_ms(ms(push.event.at));
  to.set_member_count(push.member_count);
  for (const auto user : push.subjects) to.add_subjects(wire(user));
}

EventPush read(const v1::EventPush& from, const ConversationId& conversation, WireChecks& checks) {
  if (from.kind() < static_cast<std::uint32_t>(EventKind::join) ||
      from.kind() > static_cast<std::uint32_t>(EventKind::settings)) {
    checks.wrong("event kind", "is unknown");
  }
  EventPush push{
      {conversation, checks.count<EventNo>(from.event_no(), "event_no"),
       checks.count<Seq>(from.at_seq(), "at_seq"), static_cast<EventKind>(from.kind() & 0xff),
       checks.id<UserId>(from.actor_id(), "actor_id"), from.subject(), from.argument(),
       checks.time(from.at_ms(), "at")},
      from.member_count(),
      {}};
  for (const auto user : from.subjects()) {
    push.subjects.push_back(checks.needed_id<UserId>(user, "subject"));
  }
  return push;
}

void write_push(v1::DownstreamRecord& record, const ReadPush& push) {
  record.mutable_read()->set_user_id(wire(push.user));
  record.mutable_read()->set_read_seq(push.read_seq.number());
}

void write_push(v1::DownstreamRecord& record, const DeliveredPush& push) {
  record.mutable_delivered()->set_user_id(wire(push.user));
  record.mutable_delivered()->set_ack_seq(push.ack_seq.number());
}

void write_push(v1::DownstreamRecord& record, const TypingPush& push) {
  record.mutable_typing()->set_user_id(wire(push.user));
  record.mutable_typing()->set_on(push.on);
}

void write_push(v1::DownstreamRecord& record, const PresencePush& push) {
  record.mutable_presence()->set_user_id(wire(push.user));
  record.mutable_presence()->set_online(push.online);
}

void write_push(v1::DownstreamRecord& record, const ConversationPush& push) {
  auto& to = *record.mutable_conversation();
  to.set_kind(push.kind);
  to.set_name(push.name);
  to.set_avatar(push.avatar);
  to.set_peer_id(wire(push.peer));
  to.set_group_id(wire(push.group));
  to.set_member_count(push.member_count);
  to.set_last_message(push.last_message);
  to.set_last_message_at_ms(ms(push.last_message_at));
  to.set_unread(push.unread);
  to.set_last_seq(push.last_seq.number());
  to.set_read_seq(push.read_seq.number());
  to.set_join_seq(push.join_seq.number());
  to.set_is_new(push.is_new);
  to.set_nickname(push.nickname);
}

ConversationPush read(const v1::ConversationPush& from, WireChecks& checks) {
  if (from.kind() != "" && from.kind() != "single" && from.kind() != "group" &&
      from.kind() != "world") {
    checks.wrong("conversation kind", "is unknown");
  }
  return {from.kind(),
          checks.text(from.name(), name_bytes_max, "name"),
          checks.text(from.avatar(), name_bytes_max, "avatar"),
          checks.id<UserId>(from.peer_id(), "peer_id"),
          checks.id<GroupId>(from.group_id(), "group_id"),
          from.member_count(),
          checks.text(from.last_message(), limits::content_bytes_max, "last_message"),
          checks.time(from.last_message_at_ms(), "last_message_at"),
          from.unread(),
          checks.count<Seq>(from.last_seq(), "last_seq"),
          checks.count<Seq>(from.read_seq(), "read_seq"),
          checks.count<Seq>(from.join_seq(), "join_seq"),
          from.is_new(),
          checks.text(from.nickname(), name_bytes_max, "nickname")};
}

Push read_push(const v1::DownstreamRecord& from, const ConversationId& conversation,
               WireChecks& checks) {
  const auto user = [&](std::uint64_t number) {
    return checks.needed_id<UserId>(number, "user_id");
  };
  switch (from.push_case()) {
    case v1::DownstreamRecord::kMessage:
      return read(from.message(), conversation, checks);
    case v1::DownstreamRecord::kEvent:
      return read(from.event(), conversation, checks);
    case v1::DownstreamRecord::kRead:
      return ReadPush{user(from.read().user_id()),
                      checks.count<Seq>(from.read().read_seq(), "read_seq")};
    case v1::DownstreamRecord::kDelivered:
      return DeliveredPush{user(from.delivered().user_id()),
                           checks.count<Seq>(from.delivered().ack_seq(), "ack_seq")};
    case v1::DownstreamRecord::kTyping:
      return TypingPush{user(from.typing().user_id()), from.typing().on()};
    case v1::DownstreamRecord::kPresence:
      return PresencePush{user(from.presence().user_id()), from.presence().online()};
    case v1::DownstreamRecord::kConversation:
      return read(from.conversation(), checks);
    case v1::DownstreamRecord::PUSH_NOT_SET:
      break;
  }
  return std::monostate{};
}

void write_recipients(v1::DownstreamRecord& to, std::vector<UserId> users) {
  if (!std::is_sorted(users.begin(), users.end())) std::sort(users.begin(), users.end());
  users.erase(std::unique(users.begin(), users.end()), users.end());
  to.mutable_recipient_deltas()->Reserve(static_cast<int>(users.size()));
  std::uint64_t last = 0;
  for (const auto user : users) {
    to.add_recipient_deltas(wire(user) - last);
    last = wire(user);
  }
}

std::vector<UserId> read_recipients(const v1::DownstreamRecord& from, WireChecks& checks) {
  constexpr std::uint64_t id_max = std::numeric_limits<std::int64_t>::max();
  std::vector<UserId> users;
  users.reserve(static_cast<std::size_t>(from.recipient_deltas_size()));
  std::uint64_t last = 0;
  for (const auto delta : from.recipient_deltas()) {
    if (delta == 0 || delta > id_max - last) {
      checks.wrong("recipients", "do not rise");
      return {};
    }
    last += delta;
    users.emplace_back(static_cast<std::int64_t>(last));
  }
  return users;
}

}  // namespace

std::string encode(const UpstreamRecord& record) {
  v1::UpstreamRecord to;
  to.set_version(record_version);
  to.set_conversation_id(record.conversation.text());
  to.set_sender_id(wire(record.sender));
  to.set_client_msg_id(record.client_msg_id);
  to.set_type(static_cast<std::uint32_t>(record.type));
  to.set_content(record.content);
  to.set_reply_to(wire(record.reply_to));
  auto& origin = *to.mutable_origin();
  origin.set_gateway(record.origin.gateway);
  origin.set_boot(record.origin.boot);
  origin.set_connection_id(wire(record.origin.connection));
  origin.set_request_id(record.origin.request_id);
  origin.set_taken_ns(static_cast<std::uint64_t>(record.origin.taken_ns));
  to.set_accepted_at_ms(ms(record.accepted_at));
  return serialized(to);
}

Result<UpstreamRecord> decode_upstream(std::string_view bytes) {
  v1::UpstreamRecord from;
  if (auto parsed = parse_into(from, bytes); !parsed) return std::move(parsed).error();
  WireChecks checks;
  UpstreamRecord record{
      conversation_of(from.conversation_id(), checks),
      checks.needed_id<UserId>(from.sender_id(), "sender_id"),
      client_id_of(from.client_msg_id(), checks),
      type_of(from.type(), checks),
      checks.text(from.content(), limits::content_bytes_max, "content"),
      checks.id<MessageId>(from.reply_to(), "reply_to"),
      {checks.text(from.origin().gateway(), name_bytes_max, "gateway"), from.origin().boot(),
       checks.id<ConnectionId>(from.origin().connection_id(), "connection_id"),
       checks.text(from.origin().request_id(), name_bytes_max, "request_id"),
       static_cast<std::int64_t>(from.origin().taken_ns())},
      checks.time(from.accepted_at_ms(), "accepted_at")};
  if (!checks.passed()) return checks.error();
  return record;
}

std::string encode(const DownstreamRecord& record) {
  v1::DownstreamRecord to;
  to.set_version(record_version);
  to.set_boot(record.boot);
  to.set_conversation_id(record.conversation.text());
  to.set_to_all(record.to_all);
  write_recipients(to, record.recipients);
  to.set_exclude_connection_id(wire(record.exclude));
  for (const auto& receipt : record.receipts) write(*to.add_receipts(), receipt);
  std::visit([&](const auto& push) { write_push(to, push); }, record.push);
  return serialized(to);
}

Result<DownstreamRecord> decode_downstream(std::string_view bytes) {
  v1::DownstreamRecord from;
  if (auto parsed = parse_into(from, bytes); !parsed) return std::move(parsed).error();
  WireChecks checks;
  DownstreamRecord record;
  record.boot = from.boot();
  record.conversation = conversation_of(from.conversation_id(), checks);
  record.push = read_push(from, record.conversation, checks);
  record.to_all = from.to_all();
  record.recipients = read_recipients(from, checks);
  record.exclude = checks.id<ConnectionId>(from.exclude_connection_id(), "exclude_connection_id");
  for (const auto& receipt : from.receipts()) record.receipts.push_back(read(receipt, checks));
  if (!checks.passed()) return checks.error();
  return record;
}

}  // namespace gochat::protocol
