#include "adapters/grpc/repo_model.hpp"

#include <algorithm>
#include <limits>

#include "adapters/grpc/model.hpp"

namespace gochat::rpc {

v1::GetMessagesRequest to_proto(const PageQuery& query) {
  v1::GetMessagesRequest out;
  out.set_conversation_id(query.conversation.text());
  if (query.after) out.set_after_seq(query.after->number());
  if (query.before) out.set_before_seq(query.before->number());
  out.set_limit(to_proto_32(query.limit));
  out.set_bytes_max(to_proto_32(query.bytes_max));
  return out;
}

PageQuery from_proto(const v1::GetMessagesRequest& in, Faults&) {
  PageQuery query;
  query.conversation = ConversationId{in.conversation_id()};
  if (in.has_after_seq()) query.after = Seq{in.after_seq()};
  if (in.has_before_seq()) query.before = Seq{in.before_seq()};
  if (in.has_limit()) query.limit = in.limit();
  if (in.has_bytes_max()) query.bytes_max = in.bytes_max();
  return query;
}

v1::MessagePage to_proto(const MessagePage& page) {
  v1::MessagePage out;
  to_proto_all(page.messages, out.mutable_messages(),
               [](const auto& one) { return to_proto(one); });
  out.set_from_seq(page.from_seq.number());
  out.set_up_to_seq(page.up_to_seq.number());
  out.set_has_more(page.has_more);
  to_proto_all(page.voids, out.mutable_voids(), [](const auto& one) { return to_proto(one); });
  out.set_last_seq(page.last_seq.number());
  out.set_last_event_no(page.last_event_no.number());
  return out;
}

MessagePage from_proto(const v1::MessagePage& in, Faults& faults) {
  return {from_proto_all(in.messages(), faults),
          Seq{in.from_seq()},
          Seq{in.up_to_seq()},
          in.has_more(),
          from_proto_all(in.voids(), faults),
          Seq{in.last_seq()},
          EventNo{in.last_event_no()}};
}

v1::MemberList to_proto(const MemberList& list) {
  v1::MemberList out;
  out.set_version(list.version.number());
  to_proto_all(list.rows, out.mutable_rows(), [](const auto& one) { return to_proto(one); });
  return out;
}

std::shared_ptr<const MemberList> from_proto(const v1::MemberList& in, Faults& faults) {
  auto list =
      std::make_shared<MemberList>(MemberVersion{in.version()}, from_proto_all(in.rows(), faults));
  // `find` looks for a row by halving.
  if (!std::ranges::is_sorted(list->rows, {}, &Membership::user)) {
    faults.add("the rows of a MemberList are not by user id");
  }
  return list;
}

v1::Key to_proto(const IdempotencyKey& key) {
  v1::Key out;
  out.set_user_id(key.user.number());
  out.set_route(key.route);
  out.set_key(key.key);
  out.set_body_hash(key.body_hash);
  return out;
}

IdempotencyKey from_proto(const v1::Key& in, Faults&) {
  return {UserId{in.user_id()}, in.route(), in.key(), in.body_hash()};
}

v1::InboxEntry to_proto(const InboxEntry& entry) {
  v1::InboxEntry out;
  out.set_conversation_id(entry.conversation.text());
  out.set_seq(entry.seq.number());
  out.set_at_ms(ms(entry.at));
  return out;
}

InboxEntry from_proto(const v1::InboxEntry& in, Faults&) {
  return {ConversationId{in.conversation_id()}, Seq{in.seq()}, wall_time(in.at_ms())};
}

v1::InboxAddition to_proto(const InboxAddition& addition) {
  v1::InboxAddition out;
  ids_to_proto(addition.users, out.mutable_user_ids());
  *out.mutable_entry() = to_proto(addition.entry);
  return out;
}

InboxAddition from_proto(const v1::InboxAddition& in, Faults& faults) {
  if (!in.has_entry()) faults.add("InboxAddition has no entry");
  return {ids_from_proto<UserId>(in.user_ids()), from_proto(in.entry(), faults)};
}

v1::RevokeSessionsRequest to_proto(const RevokeQuery& query, WallTime at) {
  v1::RevokeSessionsRequest out;
  out.set_user_id(query.user.number());
  if (query.only) out.set_only(query.only->number());
  if (query.except) out.set_except(query.except->number());
  out.set_close_code(query.close_code);
  out.set_at_ms(ms(at));
  return out;
}

RevokeQuery from_proto(const v1::RevokeSessionsRequest& in, Faults& faults) {
  RevokeQuery query;
  query.user = UserId{in.user_id()};
  if (in.has_only()) query.only = SessionId{in.only()};
  if (in.has_except()) query.except = SessionId{in.except()};
  query.close_code = from_proto_16(in.close_code(), "close_code", faults);
  return query;
}

VerifiedPassword from_proto(const v1::VerifyPasswordAnswer& in, Faults& faults) {
  VerifiedPassword verified;
  verified.matches = in.matches();
  if (in.has_user()) verified.user = from_proto(in.user(), faults);
  return verified;
}

std::vector<User> from_proto(const v1::Users& in, Faults& faults) {
  return from_proto_all(in.users(), faults);
}

std::vector<UserId> from_proto(const v1::UserIds& in, Faults&) {
  return ids_from_proto<UserId>(in.ids());
}

std::vector<Session> from_proto(const v1::Sessions& in, Faults& faults) {
  return from_proto_all(in.sessions(), faults);
}

std::vector<ConversationEvent> from_proto(const v1::Events& in, Faults& faults) {
  return from_proto_all(in.events(), faults);
}

std::vector<UserConversation> from_proto(const v1::UserConversations& in, Faults& faults) {
  return from_proto_all(in.conversations(), faults);
}

std::vector<UserMark> from_proto(const v1::UserMarks& in, Faults& faults) {
  return from_proto_all(in.marks(), faults);
}

std::vector<std::pair<ConversationId, Seq>> from_proto(const v1::Positions& in, Faults& faults) {
  return from_proto_all(in.positions(), faults);
}

std::vector<Group> from_proto(const v1::Groups& in, Faults& faults) {
  return from_proto_all(in.groups(), faults);
}

std::optional<Message> from_proto(const v1::MaybeMessage& in, Faults& faults) {
  if (!in.has_message()) return std::nullopt;
  return from_proto(in.message(), faults);
}

std::optional<Conversation> from_proto(const v1::MaybeConversation& in, Faults& faults) {
  if (!in.has_conversation()) return std::nullopt;
  return from_proto(in.conversation(), faults);
}

std::optional<Membership> from_proto(const v1::MaybeMembership& in, Faults& faults) {
  if (!in.has_membership()) return std::nullopt;
  return from_proto(in.membership(), faults);
}

std::optional<std::vector<InboxEntry>> from_proto(const v1::ReadInboxAnswer& in, Faults& faults) {
  if (!in.kept()) return std::nullopt;
  return from_proto_all(in.entries(), faults);
}

std::optional<std::string> from_proto(const v1::BeginKeyAnswer& in, Faults&) {
  if (!in.has_answer()) return std::nullopt;
  return in.answer();
}

std::string from_proto(const v1::Epoch& in, Faults&) { return in.epoch(); }
std::size_t from_proto(const v1::Count& in, Faults&) { return in.count(); }
std::uint64_t from_proto(const v1::Fence& in, Faults&) { return in.fence(); }
bool from_proto(const v1::Whether& in, Faults&) { return in.yes(); }

std::uint32_t to_proto_32(std::size_t number) {
  return static_cast<std::uint32_t>(
      std::min<std::size_t>(number, std::numeric_limits<std::uint32_t>::max()));
}

}  // namespace gochat::rpc
