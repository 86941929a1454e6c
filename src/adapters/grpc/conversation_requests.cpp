// Requests of messages and conversations.
#include "adapters/grpc/logic_requests.hpp"
#include "adapters/grpc/request_parts.hpp"

namespace gochat::rpc {

void fill(v1::HistoryEpochRequest&) {}
std::tuple<> args_of(const v1::HistoryEpochRequest&, Faults&) { return {}; }

void fill(v1::HistoryRequest& out, const Caller& caller, const HistoryQuery& query) {
  set_place(out, caller, query.conversation);
  if (query.after) out.set_after_seq(query.after->number());
  if (query.before) out.set_before_seq(query.before->number());
  if (query.after_event) out.set_after_event(query.after_event->number());
  set_limit(out, query.limit);
}
std::tuple<Caller, HistoryQuery> args_of(const v1::HistoryRequest& in, Faults& faults) {
  HistoryQuery query{.conversation = place_of(in)};
  if (in.has_after_seq()) query.after = Seq{in.after_seq()};
  if (in.has_before_seq()) query.before = Seq{in.before_seq()};
  if (in.has_after_event()) query.after_event = EventNo{in.after_event()};
  query.limit = limit_of(in);
  return {caller_of(in, faults), std::move(query)};
}

void fill(v1::PullForUsersRequest& out, const ConversationId& conversation, SeqRange range,
          const std::vector<UserId>& users) {
  out.set_conversation_id(conversation.text());
  *out.mutable_range() = to_proto(range);
  ids_to_proto(users, out.mutable_user_ids());
}
std::tuple<ConversationId, SeqRange, std::vector<UserId>> args_of(const v1::PullForUsersRequest& in,
                                                                  Faults& faults) {
  if (!in.has_range()) faults.add("range is missing");
  return {place_of(in), from_proto(in.range(), faults), ids_from_proto<UserId>(in.user_ids())};
}

void fill(v1::SyncRequest& out, const Caller& caller, const std::vector<SyncCursor>& cursors) {
  set_caller(out, caller);
  to_proto_all(cursors, out.mutable_cursors(), [](const SyncCursor& one) { return to_proto(one); });
}
std::tuple<Caller, std::vector<SyncCursor>> args_of(const v1::SyncRequest& in, Faults& faults) {
  return {caller_of(in, faults), from_proto_all(in.cursors(), faults)};
}

void fill(v1::RecallRequest& out, const Caller& caller, MessageId message) {
  set_caller(out, caller);
  out.set_message_id(message.number());
}
std::tuple<Caller, MessageId> args_of(const v1::RecallRequest& in, Faults& faults) {
  return {caller_of(in, faults), MessageId{in.message_id()}};
}

void fill(v1::OwnMessageRequest& out, const Caller& caller, const std::string& client_msg_id) {
  set_caller(out, caller);
  out.set_client_msg_id(client_msg_id);
}
std::tuple<Caller, std::string> args_of(const v1::OwnMessageRequest& in, Faults& faults) {
  return {caller_of(in, faults), in.client_msg_id()};
}

void fill(v1::PullRequest& out, const Caller& caller, const ConversationId& id, Seq after,
          std::size_t limit) {
  set_place(out, caller, id);
  out.set_after_seq(after.number());
  set_limit(out, limit);
}
std::tuple<Caller, ConversationId, Seq, std::size_t> args_of(const v1::PullRequest& in,
                                                             Faults& faults) {
  return {caller_of(in, faults), place_of(in), Seq{in.after_seq()}, limit_of(in)};
}

void fill(v1::InboxRequest& out, const Caller& caller,
          const std::vector<ConversationPosition>& shown, std::size_t limit) {
  set_caller(out, caller);
  to_proto_all(shown, out.mutable_shown(),
               [](const ConversationPosition& one) { return to_proto(one); });
  set_limit(out, limit);
}
std::tuple<Caller, std::vector<ConversationPosition>, std::size_t> args_of(
    const v1::InboxRequest& in, Faults& faults) {
  return {caller_of(in, faults), positions_from_proto(in.shown(), faults), limit_of(in)};
}

void fill(v1::AdvanceRequest& out, const Caller& caller, const ConversationId& id, Seq to,
          DeliveryStatus status) {
  set_place(out, caller, id);
  out.set_seq(to.number());
  out.set_status(to_proto(status));
}
std::tuple<Caller, ConversationId, Seq, DeliveryStatus> args_of(const v1::AdvanceRequest& in,
                                                                Faults& faults) {
  return {caller_of(in, faults), place_of(in), Seq{in.seq()}, from_proto(in.status(), faults)};
}

void fill(v1::OwnConversationRequest& out, const Caller& caller, const ConversationId& id) {
  set_place(out, caller, id);
}
std::tuple<Caller, ConversationId> args_of(const v1::OwnConversationRequest& in, Faults& faults) {
  return {caller_of(in, faults), place_of(in)};
}

void fill(v1::EditConversationRequest& out, const Caller& caller, const ConversationId& id,
          const ConversationEdit& edit) {
  set_place(out, caller, id);
  if (edit.muted) out.set_muted(*edit.muted);
  if (edit.pinned) out.set_pinned(*edit.pinned);
  if (edit.name) out.set_name(*edit.name);
  if (edit.avatar) out.set_avatar_url(*edit.avatar);
}
std::tuple<Caller, ConversationId, ConversationEdit> args_of(const v1::EditConversationRequest& in,
                                                             Faults& faults) {
  ConversationEdit edit;
  if (in.has_muted()) edit.muted = in.muted();
  if (in.has_pinned()) edit.pinned = in.pinned();
  if (in.has_name()) edit.name = in.name();
  if (in.has_avatar_url()) edit.avatar = in.avatar_url();
  return {caller_of(in, faults), place_of(in), std::move(edit)};
}

void fill(v1::MarkReadRequest& out, const Caller& caller, const ConversationId& id,
          std::optional<Seq> to) {
  set_place(out, caller, id);
  if (to) out.set_seq(to->number());
}
std::tuple<Caller, ConversationId, std::optional<Seq>> args_of(const v1::MarkReadRequest& in,
                                                               Faults& faults) {
  return {caller_of(in, faults), place_of(in),
          in.has_seq() ? std::optional{Seq{in.seq()}} : std::nullopt};
}

void fill(v1::AcknowledgeRequest& out, const Caller& caller, const ConversationId& id, Seq to) {
  set_place(out, caller, id);
  out.set_seq(to.number());
}
std::tuple<Caller, ConversationId, Seq> args_of(const v1::AcknowledgeRequest& in, Faults& faults) {
  return {caller_of(in, faults), place_of(in), Seq{in.seq()}};
}

void fill(v1::TypingRequest& out, const Caller& caller, const ConversationId& id, bool on) {
  set_place(out, caller, id);
  out.set_on(on);
}
std::tuple<Caller, ConversationId, bool> args_of(const v1::TypingRequest& in, Faults& faults) {
  return {caller_of(in, faults), place_of(in), in.on()};
}

void fill(v1::PresenceRequest& out, UserId user, bool online) {
  out.set_user_id(user.number());
  out.set_online(online);
}
std::tuple<UserId, bool> args_of(const v1::PresenceRequest& in, Faults&) {
  return {UserId{in.user_id()}, in.online()};
}

}  // namespace gochat::rpc
