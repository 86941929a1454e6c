#include "adapters/grpc/model.hpp"

#include <limits>
#include <string>
#include <type_traits>

#include "adapters/grpc/known_enum.hpp"

namespace gochat::rpc {
namespace {

static_assert(static_cast<int>(ConversationKind::world) == v1::CONVERSATION_KIND_WORLD);
static_assert(static_cast<int>(EventKind::settings) == v1::EVENT_KIND_SETTINGS);
static_assert(static_cast<int>(Role::owner) == v1::GROUP_ROLE_OWNER);
static_assert(static_cast<int>(JoinPolicy::invite) == v1::JOIN_POLICY_INVITE);
static_assert(static_cast<int>(MessageType::image) == v1::MESSAGE_TYPE_IMAGE);

}  // namespace

v1::GroupRole to_proto(Role role) { return static_cast<v1::GroupRole>(role); }
v1::JoinPolicy to_proto(JoinPolicy policy) { return static_cast<v1::JoinPolicy>(policy); }

Role from_proto(v1::GroupRole in, Faults& faults) {
  return known<Role>(in, v1::GroupRole_IsValid(in), "GroupRole", faults);
}
JoinPolicy from_proto(v1::JoinPolicy in, Faults& faults) {
  return known<JoinPolicy>(in, v1::JoinPolicy_IsValid(in), "JoinPolicy", faults);
}
MessageType from_proto(v1::MessageType in, Faults& faults) {
  return known<MessageType>(in, v1::MessageType_IsValid(in), "MessageType", faults);
}

std::uint16_t from_proto_16(std::uint32_t number, std::string_view field, Faults& faults) {
  if (number > std::numeric_limits<std::uint16_t>::max()) {
    faults.add(std::string{field} + " is above 65535");
  }
  return static_cast<std::uint16_t>(number);
}

v1::Conversation to_proto(const Conversation& conversation) {
  v1::Conversation out;
  out.set_id(conversation.id.text());
  out.set_kind(static_cast<v1::ConversationKind>(conversation.kind));
  out.set_user_lo(conversation.user_lo.number());
  out.set_user_hi(conversation.user_hi.number());
  out.set_group_id(conversation.group.number());
  out.set_last_seq(conversation.last_seq.number());
  out.set_last_event_no(conversation.last_event_no.number());
  out.set_member_version(conversation.member_version.number());
  out.set_last_message_id(conversation.last_message_id.number());
  out.set_last_sender_id(conversation.last_sender.number());
  out.set_last_preview(conversation.last_preview);
  out.set_last_message_at_ms(ms(conversation.last_message_at));
  out.set_created_at_ms(ms(conversation.created_at));
  return out;
}

Conversation from_proto(const v1::Conversation& in, Faults& faults) {
  return {ConversationId{in.id()},
          known<ConversationKind>(in.kind(), v1::ConversationKind_IsValid(in.kind()),
                                  "ConversationKind", faults),
          UserId{in.user_lo()},
          UserId{in.user_hi()},
          GroupId{in.group_id()},
          Seq{in.last_seq()},
          EventNo{in.last_event_no()},
          MemberVersion{in.member_version()},
          MessageId{in.last_message_id()},
          UserId{in.last_sender_id()},
          in.last_preview(),
          wall_time(in.last_message_at_ms()),
          wall_time(in.created_at_ms())};
}

v1::Event to_proto(const ConversationEvent& event) {
  v1::Event out;
  out.set_conversation_id(event.conversation.text());
  out.set_event_no(event.no.number());
  out.set_at_seq(event.at_seq.number());
  out.set_kind(static_cast<v1::EventKind>(event.kind));
  out.set_actor_id(event.actor.number());
  out.set_subject(event.subject);
  out.set_argument(event.argument);
  out.set_at_ms(ms(event.at));
  return out;
}

ConversationEvent from_proto(const v1::Event& in, Faults& faults) {
  return {ConversationId{in.conversation_id()},
          EventNo{in.event_no()},
          Seq{in.at_seq()},
          known<EventKind>(in.kind(), v1::EventKind_IsValid(in.kind()), "EventKind", faults),
          UserId{in.actor_id()},
          in.subject(),
          in.argument(),
          wall_time(in.at_ms())};
}

v1::Group to_proto(const Group& group) {
  v1::Group out;
  out.set_id(group.id.number());
  out.set_name(group.name);
  out.set_description(group.description);
  out.set_avatar_url(group.avatar);
  out.set_owner_id(group.owner.number());
  out.set_member_count(group.member_count);
  out.set_max_members(group.max_members);
  out.set_join_policy(to_proto(group.join_policy));
  out.set_history_visible(group.history_visible);
  out.set_disbanded(group.disbanded);
  out.set_version(group.version);
  out.set_created_at_ms(ms(group.created_at));
  return out;
}

Group from_proto(const v1::Group& in, Faults& faults) {
  return {GroupId{in.id()},      in.name(),
          in.description(),      in.avatar_url(),
          UserId{in.owner_id()}, in.member_count(),
          in.max_members(),      from_proto(in.join_policy(), faults),
          in.history_visible(),  in.disbanded(),
          in.version(),          wall_time(in.created_at_ms())};
}

v1::Membership to_proto(const Membership& row) {
  v1::Membership out;
  out.set_user_id(row.user.number());
  out.set_role(to_proto(row.role));
  out.set_muted_until_ms(ms(row.muted_until));
  out.set_join_seq(row.join_seq.number());
  if (row.left_seq) out.set_left_seq(row.left_seq->number());
  out.set_left_event_no(row.left_event_no.number());
  out.set_joined_at_ms(ms(row.joined_at));
  return out;
}

Membership from_proto(const v1::Membership& in, Faults& faults) {
  Membership row;
  row.user = UserId{in.user_id()};
  row.role = from_proto(in.role(), faults);
  row.muted_until = wall_time(in.muted_until_ms());
  row.join_seq = Seq{in.join_seq()};
  if (in.has_left_seq()) row.left_seq = Seq{in.left_seq()};
  row.left_event_no = EventNo{in.left_event_no()};
  row.joined_at = wall_time(in.joined_at_ms());
  return row;
}

v1::ReadPosition to_proto(const ReadPosition& position) {
  v1::ReadPosition out;
  out.set_read_seq(position.read_seq.number());
  out.set_ack_seq(position.ack_seq.number());
  out.set_muted(position.muted);
  out.set_pinned(position.pinned);
  return out;
}

ReadPosition from_proto(const v1::ReadPosition& in, Faults&) {
  return {Seq{in.read_seq()}, Seq{in.ack_seq()}, in.muted(), in.pinned()};
}

v1::UserConversation to_proto(const UserConversation& conversation) {
  v1::UserConversation out;
  *out.mutable_head() = to_proto(conversation.head);
  *out.mutable_position() = to_proto(conversation.position);
  if (conversation.membership) *out.mutable_membership() = to_proto(*conversation.membership);
  if (conversation.group) *out.mutable_group() = to_proto(*conversation.group);
  return out;
}

UserConversation from_proto(const v1::UserConversation& in, Faults& faults) {
  UserConversation conversation;
  if (!in.has_head()) faults.add("UserConversation has no head");
  conversation.head = from_proto(in.head(), faults);
  conversation.position = from_proto(in.position(), faults);
  if (in.has_membership()) conversation.membership = from_proto(in.membership(), faults);
  if (in.has_group()) conversation.group = from_proto(in.group(), faults);
  return conversation;
}

v1::UserMark to_proto(const UserMark& mark) {
  v1::UserMark out;
  out.set_user_id(mark.user.number());
  out.set_sum(mark.sum);
  return out;
}

UserMark from_proto(const v1::UserMark& in, Faults&) { return {UserId{in.user_id()}, in.sum()}; }

v1::Message to_proto(const Message& message) {
  v1::Message out;
  out.set_id(message.id.number());
  out.set_conversation_id(message.conversation.text());
  out.set_sender_id(message.sender.number());
  out.set_client_msg_id(message.client_msg_id);
  out.set_content_hash(message.content_hash);
  out.set_type(static_cast<v1::MessageType>(message.type));
  out.set_content(message.content);
  out.set_reply_to(message.reply_to.number());
  out.set_seq(message.seq.number());
  out.set_recalled(message.recalled);
  out.set_sent_at_ms(ms(message.sent_at));
  return out;
}

Message from_proto(const v1::Message& in, Faults& faults) {
  return {MessageId{in.id()},
          ConversationId{in.conversation_id()},
          UserId{in.sender_id()},
          in.client_msg_id(),
          in.content_hash(),
          from_proto(in.type(), faults),
          in.content(),
          MessageId{in.reply_to()},
          Seq{in.seq()},
          in.recalled(),
          wall_time(in.sent_at_ms())};
}

v1::SeqRange to_proto(const SeqRange& range) {
  v1::SeqRange out;
  out.set_from(range.from.number());
  out.set_to(range.to.number());
  return out;
}

SeqRange from_proto(const v1::SeqRange& in, Faults&) { return {Seq{in.from()}, Seq{in.to()}}; }

v1::ConversationSeq to_proto(const std::pair<ConversationId, Seq>& place) {
  v1::ConversationSeq out;
  out.set_conversation_id(place.first.text());
  out.set_seq(place.second.number());
  return out;
}

std::pair<ConversationId, Seq> from_proto(const v1::ConversationSeq& in, Faults&) {
  return {ConversationId{in.conversation_id()}, Seq{in.seq()}};
}

}  // namespace gochat::rpc
