#include "adapters/grpc/log_model.hpp"

#include <algorithm>
#include <variant>

#include "adapters/grpc/model.hpp"

namespace gochat::rpc {
namespace {

template <class... Acts>
struct Overloaded : Acts... {
  using Acts::operator()...;
};

struct BodyToProto {
  v1::Change& out;

  void operator()(const change::OpenSingle& body) const {
    out.mutable_open_single()->set_a(body.a.number());
    out.mutable_open_single()->set_b(body.b.number());
  }
  void operator()(const change::CreateGroup& body) const {
    *out.mutable_create_group()->mutable_group() = to_proto(body.group);
    ids_to_proto(body.members, out.mutable_create_group()->mutable_member_ids());
  }
  void operator()(const change::Join& body) const {
    out.mutable_join()->set_user_id(body.user.number());
  }
  void operator()(const change::Leave& body) const {
    out.mutable_leave()->set_user_id(body.user.number());
  }
  void operator()(const change::AddMembers& body) const {
    out.mutable_add_members()->set_actor_id(body.actor.number());
    ids_to_proto(body.users, out.mutable_add_members()->mutable_user_ids());
  }
  void operator()(const change::RemoveMember& body) const {
    out.mutable_remove_member()->set_actor_id(body.actor.number());
    out.mutable_remove_member()->set_user_id(body.user.number());
  }
  void operator()(const change::SetRole& body) const {
    out.mutable_set_role()->set_actor_id(body.actor.number());
    out.mutable_set_role()->set_user_id(body.user.number());
    out.mutable_set_role()->set_role(to_proto(body.role));
  }
  void operator()(const change::Mute& body) const {
    out.mutable_mute()->set_actor_id(body.actor.number());
    out.mutable_mute()->set_user_id(body.user.number());
    out.mutable_mute()->set_until_ms(ms(body.until));
  }
  void operator()(const change::Transfer& body) const {
    out.mutable_transfer()->set_actor_id(body.actor.number());
    out.mutable_transfer()->set_to(body.to.number());
  }
  void operator()(const change::Disband& body) const {
    out.mutable_disband()->set_actor_id(body.actor.number());
  }
  void operator()(const change::EditGroup& body) const {
    *out.mutable_edit_group() = to_proto(body);
  }
  void operator()(const change::Recall& body) const {
    out.mutable_recall()->set_actor_id(body.actor.number());
    out.mutable_recall()->set_message_id(body.message.number());
  }
  void operator()(const change::AdvanceRead& body) const {
    out.mutable_advance_read()->set_user_id(body.user.number());
    if (body.to) out.mutable_advance_read()->set_to(body.to->number());
  }
  void operator()(const change::Acknowledge& body) const {
    out.mutable_acknowledge()->set_user_id(body.user.number());
    out.mutable_acknowledge()->set_session_id(body.session.number());
    out.mutable_acknowledge()->set_to(body.to.number());
  }
  void operator()(const change::EditSettings& body) const {
    *out.mutable_edit_settings() = to_proto(body);
  }
};

change::Body body_from_proto(const v1::Change& in, Faults& faults) {
  switch (in.body_case()) {
    case v1::Change::kOpenSingle:
      return change::OpenSingle{UserId{in.open_single().a()}, UserId{in.open_single().b()}};
    case v1::Change::kCreateGroup:
      return from_proto(in.create_group(), faults);
    case v1::Change::kJoin:
      return change::Join{UserId{in.join().user_id()}};
    case v1::Change::kLeave:
      return change::Leave{UserId{in.leave().user_id()}};
    case v1::Change::kAddMembers:
      return from_proto(in.add_members(), faults);
    case v1::Change::kRemoveMember:
      return from_proto(in.remove_member(), faults);
    case v1::Change::kSetRole:
      return from_proto(in.set_role(), faults);
    case v1::Change::kMute:
      return change::Mute{UserId{in.mute().actor_id()}, UserId{in.mute().user_id()},
                          wall_time(in.mute().until_ms())};
    case v1::Change::kTransfer:
      return change::Transfer{UserId{in.transfer().actor_id()}, UserId{in.transfer().to()}};
    case v1::Change::kDisband:
      return change::Disband{UserId{in.disband().actor_id()}};
    case v1::Change::kEditGroup:
      return from_proto(in.edit_group(), faults);
    case v1::Change::kRecall:
      return change::Recall{UserId{in.recall().actor_id()}, MessageId{in.recall().message_id()}};
    case v1::Change::kAdvanceRead:
      return from_proto(in.advance_read(), faults);
    case v1::Change::kAcknowledge:
      return change::Acknowledge{UserId{in.acknowledge().user_id()},
                                 SessionId{in.acknowledge().session_id()},
                                 Seq{in.acknowledge().to()}};
    case v1::Change::kEditSettings:
      return from_proto(in.edit_settings(), faults);
    case v1::Change::BODY_NOT_SET:
      break;
  }
  faults.add("Change has no body that is known");
  return change::Disband{};
}

}  // namespace

v1::EditGroup to_proto(const change::EditGroup& edit) {
  v1::EditGroup out;
  out.set_actor_id(edit.actor.number());
  if (edit.name) out.set_name(*edit.name);
  if (edit.description) out.set_description(*edit.description);
  if (edit.avatar) out.set_avatar_url(*edit.avatar);
  if (edit.join_policy) out.set_join_policy(to_proto(*edit.join_policy));
  if (edit.history_visible) out.set_history_visible(*edit.history_visible);
  if (edit.max_members) out.set_max_members(*edit.max_members);
  return out;
}

v1::EditSettings to_proto(const change::EditSettings& edit) {
  v1::EditSettings out;
  out.set_user_id(edit.user.number());
  if (edit.muted) out.set_muted(*edit.muted);
  if (edit.pinned) out.set_pinned(*edit.pinned);
  return out;
}

v1::LogItem to_proto(const LogItem& item) {
  v1::LogItem out;
  if (const auto* draft = std::get_if<MessageDraft>(&item)) {
    *out.mutable_draft()->mutable_message() = to_proto(draft->message);
    out.mutable_draft()->set_judged_by(draft->judged_by.number());
    out.mutable_draft()->set_doubt(draft->doubt);
    return out;
  }
  const Change& change = std::get<Change>(item);
  out.mutable_change()->set_conversation_id(change.conversation.text());
  out.mutable_change()->set_at_ms(ms(change.at));
  std::visit(BodyToProto{*out.mutable_change()}, change.body);
  return out;
}

LogItem from_proto(const v1::LogItem& in, Faults& faults) {
  if (in.has_draft()) {
    if (!in.draft().has_message()) faults.add("Draft has no message");
    return MessageDraft{from_proto(in.draft().message(), faults),
                        MemberVersion{in.draft().judged_by()}, in.draft().doubt()};
  }
  if (!in.has_change()) faults.add("LogItem is nothing that is known");
  return Change{ConversationId{in.change().conversation_id()}, body_from_proto(in.change(), faults),
                wall_time(in.change().at_ms())};
}

v1::Refusal to_proto(const Error& error) {
  v1::Refusal out;
  out.set_number(error_row(error.code).number);
  out.set_detail(error.detail);
  out.set_hint(error.hint);
  out.set_retry_after_ms(error.retry_after_ms);
  return out;
}

Error from_proto(const v1::Refusal& in, Faults& faults) {
  const auto row = std::ranges::find(error_rows, in.number(), &ErrorRow::number);
  if (row == error_rows.end() || row->code == ErrorCode::ok) {
    faults.add("Refusal has the unknown number " + std::to_string(in.number()));
    return {};
  }
  return {row->code, in.detail(), in.hint(), in.retry_after_ms()};
}

Stored from_proto(const v1::Stored& in, Faults&) {
  return {MessageId{in.id()}, Seq{in.seq()}, wall_time(in.sent_at_ms()), in.duplicate(),
          MemberVersion{in.member_version()}};
}

Changed from_proto(const v1::Changed& in, Faults& faults) {
  Changed changed;
  if (!in.has_head()) faults.add("Changed has no head");
  changed.events = from_proto_all(in.events(), faults);
  changed.head = from_proto(in.head(), faults);
  changed.member_count = in.member_count();
  changed.position = from_proto(in.position(), faults);
  changed.created = in.created();
  if (in.has_recalled()) changed.recalled = from_proto(in.recalled(), faults);
  return changed;
}

change::AdvanceRead from_proto(const v1::AdvanceRead& in, Faults&) {
  change::AdvanceRead body;
  body.user = UserId{in.user_id()};
  if (in.has_to()) body.to = Seq{in.to()};
  return body;
}

change::SetRole from_proto(const v1::SetRole& in, Faults& faults) {
  return {UserId{in.actor_id()}, UserId{in.user_id()}, from_proto(in.role(), faults)};
}

change::CreateGroup from_proto(const v1::NewGroup& in, Faults& faults) {
  if (!in.has_group()) faults.add("NewGroup has no group");
  return {from_proto(in.group(), faults), ids_from_proto<UserId>(in.member_ids())};
}

change::AddMembers from_proto(const v1::AddMembers& in, Faults&) {
  return {UserId{in.actor_id()}, ids_from_proto<UserId>(in.user_ids())};
}

change::RemoveMember from_proto(const v1::RemoveMember& in, Faults&) {
  return {UserId{in.actor_id()}, UserId{in.user_id()}};
}

change::EditGroup from_proto(const v1::EditGroup& in, Faults& faults) {
  change::EditGroup edit;
  edit.actor = UserId{in.actor_id()};
  if (in.has_name()) edit.name = in.name();
  if (in.has_description()) edit.description = in.description();
  if (in.has_avatar_url()) edit.avatar = in.avatar_url();
  if (in.has_join_policy()) edit.join_policy = from_proto(in.join_policy(), faults);
  if (in.has_history_visible()) edit.history_visible = in.history_visible();
  if (in.has_max_members()) edit.max_members = in.max_members();
  return edit;
}

change::EditSettings from_proto(const v1::EditSettings& in, Faults&) {
  change::EditSettings edit;
  edit.user = UserId{in.user_id()};
  if (in.has_muted()) edit.muted = in.muted();
  if (in.has_pinned()) edit.pinned = in.pinned();
  return edit;
}

v1::LogBatch to_proto(const LogBatch& batch) {
  v1::LogBatch out;
  to_proto_all(batch.items, out.mutable_items(), [](const auto& one) { return to_proto(one); });
  if (batch.fence) {
    out.mutable_fence()->set_topic(batch.fence->topic);
    out.mutable_fence()->set_partition(batch.fence->partition);
    out.mutable_fence()->set_fence(batch.fence->fence);
  }
  return out;
}

LogBatch from_proto(const v1::LogBatch& in, Faults& faults) {
  LogBatch batch;
  batch.items = from_proto_all(in.items(), faults);
  if (in.has_fence()) {
    batch.fence = LaneFence{in.fence().topic(), in.fence().partition(), in.fence().fence()};
  }
  return batch;
}

v1::Stored to_proto(const Stored& stored) {
  v1::Stored out;
  out.set_id(stored.id.number());
  out.set_seq(stored.seq.number());
  out.set_sent_at_ms(ms(stored.sent_at));
  out.set_duplicate(stored.duplicate);
  out.set_member_version(stored.members.number());
  return out;
}

v1::Changed to_proto(const Changed& changed) {
  v1::Changed out;
  to_proto_all(changed.events, out.mutable_events(), [](const auto& one) { return to_proto(one); });
  *out.mutable_head() = to_proto(changed.head);
  out.set_member_count(changed.member_count);
  *out.mutable_position() = to_proto(changed.position);
  out.set_created(changed.created);
  if (changed.recalled) *out.mutable_recalled() = to_proto(*changed.recalled);
  return out;
}

v1::LogAnswer to_proto(const LogAnswer& answer) {
  v1::LogAnswer out;
  std::visit(Overloaded{
                 [&](const Error& error) { *out.mutable_refusal() = to_proto(error); },
                 [&](const Stored& stored) { *out.mutable_stored() = to_proto(stored); },
                 [&](const Changed& changed) { *out.mutable_changed() = to_proto(changed); },
             },
             answer);
  return out;
}

LogAnswer from_proto(const v1::LogAnswer& in, Faults& faults) {
  switch (in.answer_case()) {
    case v1::LogAnswer::kRefusal:
      return from_proto(in.refusal(), faults);
    case v1::LogAnswer::kStored:
      return from_proto(in.stored(), faults);
    case v1::LogAnswer::kChanged:
      return from_proto(in.changed(), faults);
    case v1::LogAnswer::ANSWER_NOT_SET:
      break;
  }
  faults.add("LogAnswer is nothing that is known");
  return Error{};
}

}  // namespace gochat::rpc
