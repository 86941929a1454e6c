#include "adapters/grpc/logic_model.hpp"

#include <algorithm>
#include <string_view>

namespace gochat::rpc {
namespace {

// A part that must be there.
template <class Proto>
auto part(bool there, const Proto& in, std::string_view name, Faults& faults) {
  if (!there) faults.add(std::string{name} + " is missing");
  return from_proto(in, faults);
}

template <class Domain, class Repeated>
void each_to_proto(const std::vector<Domain>& values, Repeated* out) {
  to_proto_all(values, out, [](const Domain& one) { return to_proto(one); });
}

static_assert(static_cast<int>(DeliveryStatus::read) + 1 == v1::DELIVERY_STATUS_READ);

}  // namespace

v1::DeliveryStatus to_proto(DeliveryStatus status) {
  return static_cast<v1::DeliveryStatus>(static_cast<int>(status) + 1);
}

DeliveryStatus from_proto(v1::DeliveryStatus in, Faults& faults) {
  if (in == v1::DELIVERY_STATUS_UNSPECIFIED || !v1::DeliveryStatus_IsValid(in)) {
    faults.add("DeliveryStatus has the unknown value " + std::to_string(in));
    return DeliveryStatus::stored;
  }
  return static_cast<DeliveryStatus>(static_cast<int>(in) - 1);
}

v1::Caller to_proto(const Caller& caller) {
  v1::Caller out;
  out.set_user_id(caller.user.number());
  out.set_session_id(caller.session.number());
  out.set_is_guest(caller.is_guest);
  return out;
}

// A caller who is nobody would be somebody to rules that compare ids.
Caller from_proto(const v1::Caller& in, Faults& faults) {
  if (in.user_id() == 0) faults.add("caller.user_id is missing");
  return from_proto_or_nobody(in);
}
Caller from_proto_or_nobody(const v1::Caller& in) {
  return {UserId{in.user_id()}, SessionId{in.session_id()}, in.is_guest()};
}

v1::SignInContext to_proto(const SignInContext& context) {
  v1::SignInContext out;
  out.set_device(context.device);
  out.set_address(context.address);
  out.set_wants_refresh(context.wants_refresh);
  return out;
}

SignInContext from_proto(const v1::SignInContext& in, Faults&) {
  return {in.device(), in.address(), in.wants_refresh()};
}

v1::SignedIn to_proto(const SignedIn& signed_in) {
  v1::SignedIn out;
  *out.mutable_user() = to_proto(signed_in.user);
  *out.mutable_session() = to_proto(signed_in.session);
  out.set_token(signed_in.token);
  out.set_expires_in_seconds(signed_in.expires_in_seconds);
  out.set_refresh_token(signed_in.refresh_token);
  return out;
}

SignedIn from_proto(const v1::SignedIn& in, Faults& faults) {
  return {part(in.has_user(), in.user(), "SignedIn.user", faults),
          part(in.has_session(), in.session(), "SignedIn.session", faults), in.token(),
          in.expires_in_seconds(), in.refresh_token()};
}

v1::ShownMessage to_proto(const ShownMessage& shown) {
  v1::ShownMessage out;
  *out.mutable_message() = to_proto(shown.message);
  out.set_sender_name(shown.sender_name);
  return out;
}

ShownMessage from_proto(const v1::ShownMessage& in, Faults& faults) {
  return {part(in.has_message(), in.message(), "ShownMessage.message", faults), in.sender_name()};
}

v1::History to_proto(const History& history) {
  v1::History out;
  out.set_conversation_id(history.conversation.text());
  each_to_proto(history.messages, out.mutable_messages());
  each_to_proto(history.events, out.mutable_events());
  each_to_proto(history.voids, out.mutable_voids());
  out.set_from_seq(history.from_seq.number());
  out.set_up_to_seq(history.up_to_seq.number());
  out.set_event_no(history.event_no.number());
  out.set_last_seq(history.last_seq.number());
  out.set_has_more(history.has_more);
  return out;
}

History from_proto(const v1::History& in, Faults& faults) {
  return {ConversationId{in.conversation_id()},
          from_proto_all(in.messages(), faults),
          from_proto_all(in.events(), faults),
          from_proto_all(in.voids(), faults),
          Seq{in.from_seq()},
          Seq{in.up_to_seq()},
          EventNo{in.event_no()},
          Seq{in.last_seq()},
          in.has_more()};
}

v1::ListedConversation to_proto(const ListedConversation& listed) {
  v1::ListedConversation out;
  *out.mutable_conversation() = to_proto(listed.conversation);
  if (listed.peer.id) *out.mutable_peer() = to_proto(listed.peer);
  return out;
}

ListedConversation from_proto(const v1::ListedConversation& in, Faults& faults) {
  return {part(in.has_conversation(), in.conversation(), "ListedConversation.conversation", faults),
          in.has_peer() ? from_proto(in.peer(), faults) : User{}};
}

v1::SyncCursor to_proto(const SyncCursor& cursor) {
  v1::SyncCursor out;
  out.set_conversation_id(cursor.conversation.text());
  out.set_seq(cursor.seq.number());
  out.set_event_no(cursor.event_no.number());
  return out;
}

SyncCursor from_proto(const v1::SyncCursor& in, Faults&) {
  return {ConversationId{in.conversation_id()}, Seq{in.seq()}, EventNo{in.event_no()}};
}

v1::SyncedConversation to_proto(const SyncedConversation& synced) {
  v1::SyncedConversation out;
  *out.mutable_listed() = to_proto(synced.listed);
  out.set_known(synced.known);
  *out.mutable_from() = to_proto(synced.from);
  out.set_left(synced.left);
  return out;
}

SyncedConversation from_proto(const v1::SyncedConversation& in, Faults& faults) {
  return {part(in.has_listed(), in.listed(), "SyncedConversation.listed", faults), in.known(),
          from_proto(in.from(), faults), in.left()};
}

v1::TrackedMessage to_proto(const TrackedMessage& tracked) {
  v1::TrackedMessage out;
  *out.mutable_shown() = to_proto(tracked.shown);
  out.set_status(to_proto(tracked.status));
  return out;
}

TrackedMessage from_proto(const v1::TrackedMessage& in, Faults& faults) {
  return {part(in.has_shown(), in.shown(), "TrackedMessage.shown", faults),
          from_proto(in.status(), faults)};
}

v1::TrackedPage to_proto(const TrackedPage& page) {
  v1::TrackedPage out;
  each_to_proto(page.messages, out.mutable_messages());
  out.set_up_to_seq(page.up_to_seq.number());
  out.set_has_more(page.has_more);
  return out;
}

TrackedPage from_proto(const v1::TrackedPage& in, Faults& faults) {
  return {from_proto_all(in.messages(), faults), Seq{in.up_to_seq()}, in.has_more()};
}

v1::ConversationSeq to_proto(const ConversationPosition& position) {
  return to_proto(std::pair{position.conversation, position.seq});
}

std::vector<ConversationPosition> positions_from_proto(
    const google::protobuf::RepeatedPtrField<v1::ConversationSeq>& in, Faults& faults) {
  std::vector<ConversationPosition> positions;
  for (auto& [conversation, seq] : from_proto_all(in, faults)) {
    positions.push_back({std::move(conversation), seq});
  }
  return positions;
}

v1::GroupMember to_proto(const GroupMember& member) {
  v1::GroupMember out;
  *out.mutable_user() = to_proto(member.user);
  *out.mutable_membership() = to_proto(member.membership);
  return out;
}

GroupMember from_proto(const v1::GroupMember& in, Faults& faults) {
  return {part(in.has_user(), in.user(), "GroupMember.user", faults),
          part(in.has_membership(), in.membership(), "GroupMember.membership", faults)};
}

v1::Users to_answer(const std::vector<User>& users) {
  v1::Users out;
  each_to_proto(users, out.mutable_users());
  return out;
}
std::vector<User> from_answer(const v1::Users& in, Faults& faults) {
  return from_proto_all(in.users(), faults);
}

v1::Sessions to_answer(const std::vector<Session>& sessions) {
  v1::Sessions out;
  each_to_proto(sessions, out.mutable_sessions());
  return out;
}
std::vector<Session> from_answer(const v1::Sessions& in, Faults& faults) {
  return from_proto_all(in.sessions(), faults);
}

v1::OnlineStatuses to_answer(const std::vector<std::pair<UserId, bool>>& people) {
  v1::OnlineStatuses out;
  for (const auto& [user, online] : people) {
    auto* one = out.add_statuses();
    one->set_user_id(user.number());
    one->set_online(online);
  }
  return out;
}
std::vector<std::pair<UserId, bool>> from_answer(const v1::OnlineStatuses& in, Faults&) {
  std::vector<std::pair<UserId, bool>> people;
  for (const v1::OnlineStatus& one : in.statuses()) {
    people.emplace_back(one.user_id(), one.online());
  }
  return people;
}

v1::HistoryEpoch to_answer(const std::string& epoch) {
  v1::HistoryEpoch out;
  out.set_epoch(epoch);
  return out;
}
std::string from_answer(const v1::HistoryEpoch& in, Faults&) { return in.epoch(); }

v1::UserMarks to_answer(const std::vector<UserMark>& marks) {
  v1::UserMarks out;
  each_to_proto(marks, out.mutable_marks());
  return out;
}
std::vector<UserMark> from_answer(const v1::UserMarks& in, Faults& faults) {
  return from_proto_all(in.marks(), faults);
}

v1::SyncedConversations to_answer(const std::vector<SyncedConversation>& news) {
  v1::SyncedConversations out;
  each_to_proto(news, out.mutable_conversations());
  return out;
}
std::vector<SyncedConversation> from_answer(const v1::SyncedConversations& in, Faults& faults) {
  return from_proto_all(in.conversations(), faults);
}

v1::ListedConversations to_answer(const std::vector<ListedConversation>& listed) {
  v1::ListedConversations out;
  each_to_proto(listed, out.mutable_conversations());
  return out;
}
std::vector<ListedConversation> from_answer(const v1::ListedConversations& in, Faults& faults) {
  return from_proto_all(in.conversations(), faults);
}

v1::GroupMembers to_answer(const std::vector<GroupMember>& members) {
  v1::GroupMembers out;
  each_to_proto(members, out.mutable_members());
  return out;
}
std::vector<GroupMember> from_answer(const v1::GroupMembers& in, Faults& faults) {
  return from_proto_all(in.members(), faults);
}

v1::ConversationSeqs to_answer(const std::vector<ConversationPosition>& positions) {
  v1::ConversationSeqs out;
  each_to_proto(positions, out.mutable_positions());
  return out;
}
std::vector<ConversationPosition> from_answer(const v1::ConversationSeqs& in, Faults& faults) {
  return positions_from_proto(in.positions(), faults);
}

v1::Position to_answer(Seq seq) {
  v1::Position out;
  out.set_seq(seq.number());
  return out;
}
Seq from_answer(const v1::Position& in, Faults&) { return Seq{in.seq()}; }

v1::Unread to_answer(std::uint64_t count) {
  v1::Unread out;
  out.set_count(count);
  return out;
}
std::uint64_t from_answer(const v1::Unread& in, Faults&) { return in.count(); }

v1::RepeatAnswer to_answer(const std::optional<std::string>& answer) {
  v1::RepeatAnswer out;
  if (answer) out.set_answer(*answer);
  return out;
}
std::optional<std::string> from_answer(const v1::RepeatAnswer& in, Faults&) {
  if (!in.has_answer()) return std::nullopt;
  return in.answer();
}

v1::PulledMessages to_answer(const Pulled& pulled, std::vector<UserId> asked,
                             std::size_t bytes_max) {
  std::ranges::sort(asked);
  v1::PulledMessages out;
  std::size_t bytes = 0;
  for (const auto& [shown, readers] : pulled) {
    v1::PulledMessage one;
    *one.mutable_shown() = to_proto(shown);
    one.set_everybody(readers == asked);
    if (!one.everybody()) ids_to_proto(readers, one.mutable_user_ids());
    bytes += one.ByteSizeLong();
    if (bytes > bytes_max && out.messages_size() != 0) break;
    *out.add_messages() = std::move(one);
  }
  return out;
}

Pulled from_answer(const v1::PulledMessages& in, std::vector<UserId> asked, Faults& faults) {
  std::ranges::sort(asked);
  Pulled pulled;
  for (const v1::PulledMessage& one : in.messages()) {
    pulled.emplace_back(part(one.has_shown(), one.shown(), "PulledMessage.shown", faults),
                        one.everybody() ? asked : ids_from_proto<UserId>(one.user_ids()));
  }
  return pulled;
}

}  // namespace gochat::rpc
