// The plain model; store_random_test.cpp compares the store with it.
#include "adapters/sqlite/store_model.hpp"

#include <algorithm>

namespace gochat::sqlite {
namespace {

MaybeMember row_of(const StoreModel::Place& place, UserId user) {
  const auto found = place.members.find(user);
  return found == place.members.end() ? std::nullopt : MaybeMember{found->second};
}

}  // namespace

StoreModel::StoreModel() {
  Conversation& head = places_[world_id].head;
  head.id = world_id;
  head.kind = ConversationKind::world;
}

const Message* StoreModel::sent(UserId sender, const std::string& client_msg_id) const {
  const auto found = sent_.find({sender, client_msg_id});
  if (found == sent_.end()) return nullptr;
  const auto& [conversation, seq] = found->second;
  return &places_.at(conversation).messages[seq.number() - 1];
}

bool StoreModel::blocked(UserId a, UserId b) const {
  return blocks_.contains({a, b}) || blocks_.contains({b, a});
}

void StoreModel::block(UserId by, UserId user, bool on) {
  if (on) {
    blocks_.insert({by, user});
  } else {
    blocks_.erase({by, user});
  }
}

void StoreModel::name(const ConversationId& conversation, Seq seq, MessageId id) {
  places_.at(conversation).messages[seq.number() - 1].id = id;
}

ErrorCode StoreModel::judge(const Place& place, const Message& message) const {
  switch (place.head.kind) {
    case ConversationKind::single:
      if (!place.head.is_pair_member(message.sender)) return ErrorCode::not_a_member;
      return blocked(place.head.user_lo, place.head.user_hi) ? ErrorCode::blocked : ErrorCode::ok;
    case ConversationKind::group:
      return may_send(row_of(place, message.sender), message.sent_at).code();
    case ConversationKind::world:
      return ErrorCode::ok;
  }
  return ErrorCode::internal;
}

ErrorCode StoreModel::send(const MessageDraft& draft) {
  const Message& wanted = draft.message;
  if (const Message* before = sent(wanted.sender, wanted.client_msg_id)) {
    return before->content_hash == wanted.content_hash ? ErrorCode::ok
                                                       : ErrorCode::idempotency_conflict;
  }
  const auto found = places_.find(wanted.conversation);
  if (found == places_.end()) return ErrorCode::not_found;
  Place& place = found->second;
  if (const ErrorCode code = judge(place, wanted); code != ErrorCode::ok) return code;
  Message message = wanted;
  message.seq = next(place.last());
  sent_[{message.sender, message.client_msg_id}] = {message.conversation, message.seq};
  ReadPosition& position = positions_[{message.sender, message.conversation}];
  if (place.head.kind != ConversationKind::world || position.read_seq) {
    position.read_seq = message.seq;
  }
  place.messages.push_back(std::move(message));
  return ErrorCode::ok;
}

ErrorCode StoreModel::apply(const Change& change) {
  if (const auto* c = std::get_if<change::OpenSingle>(&change.body)) return open(*c);
  if (const auto* c = std::get_if<change::CreateGroup>(&change.body)) return create(*c, change.at);
  const auto found = places_.find(change.conversation);
  if (found == places_.end()) return ErrorCode::not_found;
  return std::visit([&](const auto& body) { return act(found->second, change.at, body); },
                    change.body);
}

ErrorCode StoreModel::open(const change::OpenSingle& c) {
  const ConversationId id = single_id(c.a, c.b);
  if (places_.contains(id)) return ErrorCode::ok;
  if (blocked(c.a, c.b)) return ErrorCode::blocked;
  Conversation& head = places_[id].head;
  head.id = id;
  head.kind = ConversationKind::single;
  head.user_lo = std::min(c.a, c.b);
  head.user_hi = std::max(c.a, c.b);
  return ErrorCode::ok;
}

ErrorCode StoreModel::create(const change::CreateGroup& c, WallTime at) {
  const ConversationId id = group_conversation_id(c.group.id);
  Place& place = places_[id];
  place.head.id = id;
  place.head.kind = ConversationKind::group;
  place.head.group = c.group.id;
  place.group = c.group;
  std::set<UserId> users{c.members.begin(), c.members.end()};
  users.insert(c.group.owner);
  for (const UserId user : users) {
    enter(place, user, c.group.owner, at);
    if (user == c.group.owner) place.members[user].role = Role::owner;
  }
  return ErrorCode::ok;
}

void StoreModel::happened(Place& place, EventKind kind, UserId actor, std::int64_t subject,
                          std::int64_t argument, WallTime at) {
  place.events.push_back({place.head.id, EventNo{place.events.size() + 1}, place.last(), kind,
                          actor, subject, argument, at});
}

void StoreModel::enter(Place& place, UserId user, UserId actor, WallTime at) {
  Membership row;
  row.user = user;
  row.join_seq = place.last();
  row.joined_at = at;
  if (const auto before = row_of(place, user)) row.muted_until = before->muted_until;
  place.members[user] = row;
  ++place.group.member_count;
  happened(place, EventKind::join, actor, user.number(), 0, at);
}

void StoreModel::leave(Place& place, UserId user, EventKind kind, UserId actor, WallTime at) {
  happened(place, kind, actor, user.number(), 0, at);
  Membership& row = place.members[user];
  row.role = Role::member;
  row.left_seq = place.last();
  row.left_event_no = EventNo{place.events.size()};
  --place.group.member_count;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::Join& c) {
  const auto row = row_of(place, c.user);
  if (row && row->present()) return ErrorCode::ok;
  if (const auto may = may_join(place.group, row); !may) return may.code();
  enter(place, c.user, c.user, at);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::Leave& c) {
  if (const auto may = may_leave(place.group, row_of(place, c.user)); !may) return may.code();
  leave(place, c.user, EventKind::leave, c.user, at);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::AddMembers& c) {
  std::set<UserId> users;
  for (const UserId user : c.users) {
    const auto row = row_of(place, user);
    if (!row || !row->present()) users.insert(user);
  }
  const auto may =
      may_add(place.group, row_of(place, c.actor), static_cast<std::uint32_t>(users.size()));
  if (!may) return may.code();
  for (const UserId user : users) enter(place, user, c.actor, at);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::RemoveMember& c) {
  if (const auto may = may_remove(row_of(place, c.actor), row_of(place, c.user)); !may) {
    return may.code();
  }
  leave(place, c.user, c.actor == c.user ? EventKind::leave : EventKind::kick, c.actor, at);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::SetRole& c) {
  const auto target = row_of(place, c.user);
  if (const auto may = may_set_role(row_of(place, c.actor), target, c.role); !may) {
    return may.code();
  }
  if (target->role == c.role) return ErrorCode::ok;
  place.members[c.user].role = c.role;
  happened(place, EventKind::role, c.actor, c.user.number(), static_cast<std::int64_t>(c.role), at);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::Mute& c) {
  const auto target = row_of(place, c.user);
  if (const auto may = may_mute(row_of(place, c.actor), target); !may) return may.code();
  if (target->muted_until == c.until) return ErrorCode::ok;
  place.members[c.user].muted_until = c.until;
  happened(place, EventKind::mute, c.actor, c.user.number(), ms(c.until), at);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::Transfer& c) {
  if (const auto may = may_transfer(row_of(place, c.actor), row_of(place, c.to)); !may) {
    return may.code();
  }
  place.members[c.actor].role = Role::admin;
  place.members[c.to].role = Role::owner;
  place.group.owner = c.to;
  happened(place, EventKind::transfer, c.actor, c.to.number(), 0, at);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::Disband& c) {
  if (const auto may = may_disband(row_of(place, c.actor)); !may) return may.code();
  happened(place, EventKind::disband, c.actor, 0, 0, at);
  for (auto& [user, row] : place.members) {
    if (!row.present()) continue;
    row.left_seq = place.last();
    row.left_event_no = EventNo{place.events.size()};
  }
  place.group.member_count = 0;
  place.group.disbanded = true;
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::EditGroup& c) {
  if (const auto may = may_edit(row_of(place, c.actor)); !may) return may.code();
  if (!c.name || *c.name == place.group.name) return ErrorCode::ok;
  place.group.name = *c.name;
  happened(place, EventKind::settings, c.actor, 0, 0, at);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime at, const change::Recall& c) {
  const auto found = std::ranges::find(place.messages, c.message, &Message::id);
  if (found == place.messages.end()) return ErrorCode::not_found;
  if (!has(c.actor, place)) return ErrorCode::not_a_member;
  if (found->recalled) return ErrorCode::ok;
  const RecallCase asked{c.actor, row_of(place, c.actor), found->sender, found->sent_at, at};
  if (const auto may = may_recall(asked); !may) return may.code();
  found->recalled = true;
  found->content.clear();
  happened(place, EventKind::recall, c.actor, c.message.number(),
           static_cast<std::int64_t>(found->seq.number()), at);
  return ErrorCode::ok;
}

bool StoreModel::has(UserId user, const Place& place) const {
  switch (place.head.kind) {
    case ConversationKind::single:
      return place.head.is_pair_member(user);
    case ConversationKind::group:
      return place.members.contains(user);
    case ConversationKind::world:
      return true;
  }
  return false;
}

Seq StoreModel::visible_last(UserId user, const Place& place) const {
  const auto row = row_of(place, user);
  return row && row->left_seq ? *row->left_seq : place.last();
}

ReadPosition StoreModel::position(UserId user, const Place& place) const {
  const auto found = positions_.find({user, place.head.id});
  ReadPosition position = found == positions_.end() ? ReadPosition{} : found->second;
  if (place.head.kind == ConversationKind::world && !position.read_seq) {
    position.read_seq = place.last();
  }
  if (const auto row = row_of(place, user)) {
    position.read_seq = std::max(position.read_seq, row->join_seq);
  }
  return position;
}

ErrorCode StoreModel::act(Place& place, WallTime, const change::AdvanceRead& c) {
  if (!has(c.user, place)) return ErrorCode::not_a_member;
  const Seq last = visible_last(c.user, place);
  positions_[{c.user, place.head.id}].advance_read(c.to.value_or(last), last);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime, const change::Acknowledge& c) {
  if (!has(c.user, place)) return ErrorCode::not_a_member;
  const Seq to = std::min(c.to, visible_last(c.user, place));
  positions_[{c.user, place.head.id}].advance_ack(to, to);
  if (!to) return ErrorCode::ok;
  Seq& ack = acks_[{c.session, place.head.id}];
  ack = std::max(ack, to);
  return ErrorCode::ok;
}

ErrorCode StoreModel::act(Place& place, WallTime, const change::EditSettings& c) {
  if (!has(c.user, place)) return ErrorCode::not_a_member;
  ReadPosition& position = positions_[{c.user, place.head.id}];
  position.muted = c.muted.value_or(position.muted);
  position.pinned = c.pinned.value_or(position.pinned);
  return ErrorCode::ok;
}

std::map<ConversationId, Seq> StoreModel::acknowledged(SessionId session) const {
  std::map<ConversationId, Seq> acks;
  for (const auto& [key, seq] : acks_) {
    if (key.first == session) acks[key.second] = seq;
  }
  return acks;
}

}  // namespace gochat::sqlite
