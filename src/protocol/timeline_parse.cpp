#include <array>
#include <limits>

#include "domain/limits.hpp"
#include "protocol/frame_members.hpp"
#include "protocol/timeline_codec.hpp"
#include "protocol/timeline_packet.hpp"

namespace gochat::protocol {
namespace {

using strict::Members;
using strict::Spelling;
using timeline::Command;

// The members beside the payload; `seq` is where the client stands.
struct Packet {
  std::string_view msg_id;
  std::optional<Seq> seq;
  Object payload;
};

namespace content {
enum Slot : std::uint8_t { token, of_conversation, text, type, local_seq, last_ack_seq, status };
constexpr std::array<Spelling, 7> spellings{{
    {"token", token},
    {"conversation_id", of_conversation},
    {"content", text},
    {"msg_type", type},
    {"local_seq", local_seq},
    {"last_ack_seq", last_ack_seq},
    {"status", status},
}};
}  // namespace content

Failure parse_login(const Packet& packet, Auth& request) {
  Members members{packet.payload, content::spellings};
  request.token = limited_text(members, content::token, token_bytes_max);
  return members.error();
}

Failure parse_chat(const Packet& packet, ClientFrame& frame) {
  auto& request = frame.request->emplace<SendMessage>();
  if (packet.msg_id.empty()) return invalid("msg_id is missing: a retry is known by it");
  request.client_msg_id = packet.msg_id;
  // The receipt names its msg_id by itself; what waits for it need not carry it twice.
  frame.id = timeline::Question{Command::chat, {}}.text();
  Members members{packet.payload, content::spellings};
  request.conversation = needed_conversation(members, content::of_conversation);
  request.type = message_type_in(members, content::type);
  members.need(content::text);
  request.content = members.text(content::text);
  auto failure = std::move(members.error());
  if (!failure) {
    if (auto checked = check_send(request); !checked) failure = std::move(checked).error();
  }
  if (failure) frame.client_msg_id = packet.msg_id;
  return failure;
}

// A seq means something in one conversation only: without one the positions that the server holds
// decide.
Failure parse_pull(const Packet& packet, ClientRequest& request) {
  Members members{packet.payload, content::spellings};
  auto conversation = conversation_in(members, content::of_conversation);
  const auto local = numbered<Seq>(members, content::local_seq);
  if (local && packet.seq && *local != *packet.seq) {
    members.fail(invalid("seq and local_seq disagree"));
  }
  if (members.error()) return std::move(members.error());
  if (!conversation) {
    request.emplace<PullInbox>();
    return std::nullopt;
  }
  auto& pull = request.emplace<Pull>();
  pull.conversation = std::move(conversation);
  pull.after = local ? local : packet.seq.value_or(Seq{});
  pull.limit = limits::timeline_page_messages;
  return std::nullopt;
}

Failure parse_ack(const Packet& packet, ClientRequest& request) {
  Members members{packet.payload, content::spellings};
  auto conversation = conversation_in(members, content::of_conversation);
  const auto last = numbered<Seq>(members, content::last_ack_seq);
  const auto status = members.count(content::status).value_or(1);
  if (status != 1 && status != 2) members.fail(invalid("status is 1, delivered, or 2, read"));
  if (last && packet.seq && *last != *packet.seq) {
    members.fail(invalid("seq and last_ack_seq disagree"));
  }
  if (members.error()) return std::move(members.error());
  if (!conversation) {
    if (packet.msg_id.empty()) return invalid("either conversation_id or msg_id is needed");
    request.emplace<AckMessage>(std::string{packet.msg_id});
    return std::nullopt;
  }
  const auto seq = last ? last : packet.seq;
  if (!seq) return invalid("seq is missing");
  if (status == 2) {
    request.emplace<MarkRead>(std::move(conversation), *seq);
  } else {
    request.emplace<Ack>(std::move(conversation), *seq);
  }
  return std::nullopt;
}

Failure parse_command(std::uint64_t command, const Packet& packet, ClientFrame& frame) {
  auto& request = *frame.request;
  switch (command) {
    case Command::heartbeat:
      return std::nullopt;
    case Command::login:
      return parse_login(packet, request.emplace<Auth>());
    case Command::chat:
      return parse_chat(packet, frame);
    case Command::pull:
      return parse_pull(packet, request);
    case Command::ack:
      return parse_ack(packet, request);
    default:
      return invalid("unknown cmd " + std::to_string(command));
  }
}

namespace envelope {
enum Slot : std::uint8_t { cmd, msg_id, seq, payload };
constexpr std::array<Spelling, 4> spellings{
    {{"cmd", cmd}, {"msg_id", msg_id}, {"seq", seq}, {"payload", payload}}};
}  // namespace envelope

Failure parse_packet(std::string_view json, ClientFrame& frame) {
  const auto root = strict::parse(json);
  if (!root) return root.error();
  strict::object all;
  if (root->get_object().get(all)) return invalid("a packet is a JSON object");
  Members members{all, envelope::spellings};
  const std::string echo = echo_of(members.value(envelope::msg_id));
  const auto command = members.count(envelope::cmd);
  const bool known = command && *command <= std::numeric_limits<std::int32_t>::max();
  frame.id =
      timeline::Question{known ? static_cast<std::int64_t>(*command) : Command::none, echo}.text();
  members.need(envelope::cmd);
  Packet packet;
  packet.msg_id = limited_text(members, envelope::msg_id, limits::client_msg_id_bytes_max);
  packet.seq = numbered<Seq>(members, envelope::seq);
  packet.payload = object_in(members, envelope::payload);
  if (members.error()) return std::move(members.error());
  return parse_command(*command, packet, frame);
}

}  // namespace

ClientFrame parse_timeline(std::string_view json) {
  ClientFrame frame{timeline::Question{}.text(), {}, ClientRequest{Ping{}}};
  if (auto failure = parse_packet(json, frame)) frame.request = *std::move(failure);
  return frame;
}

}  // namespace gochat::protocol
