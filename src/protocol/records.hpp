// What travels through the queue: sends upstream, pushes and receipts downstream. The bytes are
// protobuf (proto/gochat/v1/records.proto) on both wirings; an unknown version or a torn record is
// an error, never a guess.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "domain/conversation.hpp"
#include "domain/ids.hpp"
#include "domain/message.hpp"

namespace gochat::protocol {

inline constexpr std::uint32_t record_version = 1;
// What one record may weigh; Kafka's own default.
inline constexpr std::size_t record_bytes_max = 1024 * 1024;
inline constexpr std::string_view upstream_topic = "im-upstream-topic";
inline constexpr std::string_view upstream_world_topic = "im-upstream-world-topic";
// The world room has its own, so that one hot lane delays nobody else.
inline std::string_view upstream_topic_of(const ConversationId& conversation) {
  return conversation == world_id ? upstream_world_topic : upstream_topic;
}
inline constexpr std::string_view downstream_topic_prefix = "im-downstream-topic-";
inline constexpr std::string_view large_group_topic = "im-task-large-group-fanout-topic";
inline constexpr std::string_view task_topic = "im-task-topic";

// Where the answer to a send goes.
struct Origin {
  std::string gateway;
  std::uint64_t boot = 0;
  ConnectionId connection;  // empty: sent over HTTP
  std::string request_id;   // the frame's `id`, or the HTTP request waiting for the receipt
  // When that gateway took it in, by its own monotonic clock: for its own measure of the way.
  std::int64_t taken_ns = 0;
};

struct UpstreamRecord {
  ConversationId conversation;
  UserId sender;
  std::string client_msg_id;
  MessageType type = MessageType::text;
  std::string content;
  MessageId reply_to;
  Origin origin;
  WallTime accepted_at;
};

// The end of one send, for the connection it came from.
struct Receipt {
  ConnectionId connection;
  std::string request_id;
  std::string client_msg_id;
  ErrorCode code = ErrorCode::ok;  // ok: stored
  std::string hint;
  MessageId message_id;
  ConversationId conversation;
  Seq seq;
  WallTime sent_at;
  bool duplicate = false;
  std::int64_t taken_ns = 0;  // the origin's
};

struct MessagePush {
  Message message;
  std::string sender_name;
};
struct EventPush {
  ConversationEvent event;
  std::uint32_t member_count = 0;
  std::vector<UserId> subjects;  // members added or removed together
};
struct ReadPush {
  UserId user;
  Seq read_seq;
};
struct DeliveredPush {
  UserId user;
  Seq ack_seq;
};
struct TypingPush {
  UserId user;
  bool on = false;
};
struct PresencePush {
  UserId user;
  bool online = false;
};
// A conversation that is new to its receivers or whose head line changed.
struct ConversationPush {
  std::string kind;  // "single", "group", "world"
  std::string name;
  std::string avatar;
  UserId peer;
  GroupId group;
  std::uint32_t member_count = 0;
  std::string last_message;
  WallTime last_message_at;
  std::uint64_t unread = 0;
  Seq last_seq;
  Seq read_seq;
  Seq join_seq;
  bool is_new = false;
  std::string nickname;  // of the peer
};
using Push = std::variant<std::monostate, MessagePush, EventPush, ReadPush, DeliveredPush,
                          TypingPush, PresencePush, ConversationPush>;

// One per gateway that holds receivers; the gateway expands it to its connections. The push is in
// `conversation`, and its own conversation is not written twice. Recipients come back ascending and
// once each.
struct DownstreamRecord {
  std::uint64_t boot = 0;  // 0: any boot of the gateway
  ConversationId conversation;
  Push push;
  bool to_all = false;  // everyone connected (the world room)
  std::vector<UserId> recipients;
  ConnectionId exclude;  // gets its receipt in the message's place
  std::vector<Receipt> receipts;
};

// Decoding trusts nothing: wrong versions, bytes, numbers, lengths and texts are INVALID_PARAMS
// with the cause in `detail`; no attempt of the same bytes will end better.
std::string encode(const UpstreamRecord& record);
Result<UpstreamRecord> decode_upstream(std::string_view bytes);
std::string encode(const DownstreamRecord& record);
Result<DownstreamRecord> decode_downstream(std::string_view bytes);

}  // namespace gochat::protocol
