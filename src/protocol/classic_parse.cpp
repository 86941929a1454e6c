#include <array>

#include "base/utf8.hpp"
#include "protocol/classic_codec.hpp"
#include "protocol/frame_members.hpp"

namespace gochat::protocol {
namespace {

using strict::Members;
using strict::Spelling;

constexpr std::size_t frame_id_bytes_max = 64;
constexpr std::size_t epoch_bytes_max = 64;
constexpr std::size_t traceparent_bytes_max = 128;
constexpr std::size_t shown_code_points_max = 32;

namespace send {
enum Slot : std::uint8_t { to_conversation, content, type, client_id, to_user, reply_to, trace };
constexpr std::array<Spelling, 14> spellings{{
    {"conversationId", to_conversation},
    {"conversation_id", to_conversation},
    {"content", content},
    {"messageType", type},
    {"message_type", type},
    {"clientMsgId", client_id},
    {"client_msg_id", client_id},
    {"tempMessageId", client_id},
    {"temp_message_id", client_id},
    {"toUserId", to_user},
    {"to_user_id", to_user},
    {"replyTo", reply_to},
    {"reply_to", reply_to},
    {"traceparent", trace},
}};
}  // namespace send

Failure fill_send(Members& members, SendMessage& request) {
  request.client_msg_id = limited_text(members, send::client_id, limits::client_msg_id_bytes_max);
  request.conversation = conversation_in(members, send::to_conversation);
  request.to_user = UserId{members.id(send::to_user)};
  request.type = message_type_in(members, send::type);
  members.need(send::content);
  request.content = members.text(send::content);
  request.reply_to = MessageId{members.id(send::reply_to)};
  std::string_view trace;
  if (const auto given = members.value(send::trace); given && !given->get_string().get(trace)) {
    request.traceparent = trace.substr(0, traceparent_bytes_max);
  }
  if (members.error()) return members.error();
  if (auto checked = check_send(request); !checked) return std::move(checked).error();
  return std::nullopt;
}

Failure parse_send(Object from, SendMessage& request, std::string& client_msg_id) {
  Members members{from, send::spellings};
  auto failure = fill_send(members, request);
  if (failure) client_msg_id = echo_of(members.value(send::client_id));
  return failure;
}

namespace paging {
enum Slot : std::uint8_t { of_conversation, after, before, after_event, limit };
constexpr std::array<Spelling, 9> spellings{{
    {"conversationId", of_conversation},
    {"conversation_id", of_conversation},
    {"afterSeq", after},
    {"after_seq", after},
    {"beforeSeq", before},
    {"before_seq", before},
    {"afterEvent", after_event},
    {"after_event", after_event},
    {"limit", limit},
}};
}  // namespace paging

Failure parse_pull(Object from, Pull& request) {
  Members members{from, paging::spellings};
  request.conversation = needed_conversation(members, paging::of_conversation);
  request.after = numbered<Seq>(members, paging::after);
  request.before = numbered<Seq>(members, paging::before);
  request.after_event = numbered<EventNo>(members, paging::after_event);
  if (request.after && request.before) {
    members.fail(invalid("afterSeq and beforeSeq exclude each other"));
  }
  request.limit = members.count(paging::limit).value_or(limits::page_messages_default);
  if (request.limit < 1 || request.limit > limits::page_messages_max) {
    members.fail(invalid("limit is 1 to " + std::to_string(limits::page_messages_max)));
  }
  return members.error();
}

namespace syncing {
enum Slot : std::uint8_t { epoch, cursors, more };
constexpr std::array<Spelling, 3> spellings{{
    {"epoch", epoch},
    {"cursors", cursors},
    {"more", more},
}};
}  // namespace syncing

Result<SyncPosition> parse_cursor(const simdjson::dom::key_value_pair& cursor) {
  if (cursor.key.empty() || cursor.key.size() > limits::conversation_id_bytes_max) {
    return invalid("cursors names a conversation that is none");
  }
  simdjson::dom::array pair;
  std::int64_t seq = 0;
  std::int64_t event_no = 0;
  if (cursor.value.get_array().get(pair) || pair.size() != 2 || pair.at(0).get_int64().get(seq) ||
      pair.at(1).get_int64().get(event_no) || seq < 0 || event_no < 0) {
    return invalid("cursors holds {conversationId: [lastSeq, eventNo]}");
  }
  return SyncPosition{ConversationId{std::string{cursor.key}}, Seq{static_cast<std::uint64_t>(seq)},
                      EventNo{static_cast<std::uint64_t>(event_no)}};
}

Failure parse_sync(Object from, Sync& request) {
  Members members{from, syncing::spellings};
  request.epoch = limited_text(members, syncing::epoch, epoch_bytes_max);
  request.more = members.boolean(syncing::more).value_or(false);
  const auto value = members.value(syncing::cursors);
  if (members.error() || !value) return members.error();

  strict::object cursors;
  if (value->get_object().get(cursors)) return invalid("cursors is an object");
  for (const auto cursor : cursors) {
    if (request.positions.size() == limits::sync_cursors_max) {
      return invalid("cursors holds at most " + std::to_string(limits::sync_cursors_max));
    }
    auto position = parse_cursor(cursor);
    if (!position) return std::move(position).error();
    request.positions.push_back(*std::move(position));
  }
  return std::nullopt;
}

namespace place {
enum Slot : std::uint8_t { of_conversation, seq, on };
constexpr std::array<Spelling, 5> spellings{{
    {"conversationId", of_conversation},
    {"conversation_id", of_conversation},
    {"seqId", seq},
    {"seq_id", seq},
    {"on", on},
}};
}  // namespace place

template <class Position>
Failure parse_position(Object from, Position& request) {
  Members members{from, place::spellings};
  members.need(place::seq);
  request.conversation = needed_conversation(members, place::of_conversation);
  request.seq = numbered<Seq>(members, place::seq).value_or(Seq{});
  return members.error();
}

Failure parse_typing(Object from, Typing& request) {
  Members members{from, place::spellings};
  request.conversation = needed_conversation(members, place::of_conversation);
  request.on = members.boolean(place::on).value_or(true);
  return members.error();
}

Failure parse_auth(Object from, Auth& request) {
  static constexpr std::array<Spelling, 1> spellings{{{"token", 0}}};
  Members members{from, spellings};
  members.need(0);
  request.token = limited_text(members, 0, token_bytes_max);
  return members.error();
}

namespace envelope {
enum Slot : std::uint8_t { type, content, id };
constexpr std::array<Spelling, 3> spellings{{{"type", type}, {"data", content}, {"id", id}}};
}  // namespace envelope

struct RequestType {
  std::string_view name;
  Failure (*parse)(Object from, ClientFrame& frame);
};

Failure send_in(Object from, ClientFrame& frame) {
  return parse_send(from, frame.request->emplace<SendMessage>(), frame.client_msg_id);
}

template <class Request, auto parse>
Failure request_in(Object from, ClientFrame& frame) {
  return parse(from, frame.request->emplace<Request>());
}

Failure nothing_in(Object, ClientFrame&) { return std::nullopt; }

constexpr std::array<RequestType, 9> request_types{{
    {"send-message", send_in},
    {"message", send_in},
    {"pull", request_in<Pull, parse_pull>},
    {"sync", request_in<Sync, parse_sync>},
    {"ack", request_in<Ack, parse_position<Ack>>},
    {"mark-read", request_in<MarkRead, parse_position<MarkRead>>},
    {"typing", request_in<Typing, parse_typing>},
    {"auth", request_in<Auth, parse_auth>},
    {"ping", nothing_in},
}};

Failure parse_request(std::string_view type, Object from, ClientFrame& frame) {
  for (const RequestType& known : request_types) {
    if (known.name == type) return known.parse(from, frame);
  }
  return invalid("unknown frame type \"" +
                 std::string{first_code_points(type, shown_code_points_max)} + "\"");
}

Failure parse_frame(std::string_view json, ClientFrame& frame) {
  const auto root = strict::parse(json);
  if (!root) return root.error();
  strict::object all;
  if (root->get_object().get(all)) return invalid("a frame is a JSON object");
  Members members{all, envelope::spellings};
  frame.id = limited_text(members, envelope::id, frame_id_bytes_max);
  members.need(envelope::type);
  const auto type = members.text(envelope::type);
  const auto content = object_in(members, envelope::content);
  if (members.error()) return members.error();
  return parse_request(type, content, frame);
}

}  // namespace

std::vector<std::string_view> classic_request_types() {
  std::vector<std::string_view> names;
  for (const RequestType& known : request_types) names.push_back(known.name);
  return names;
}

ClientFrame parse_classic(std::string_view json) {
  ClientFrame frame{{}, {}, ClientRequest{Ping{}}};
  if (auto failure = parse_frame(json, frame)) frame.request = *std::move(failure);
  return frame;
}

}  // namespace gochat::protocol
