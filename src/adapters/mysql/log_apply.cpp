#include "adapters/mysql/log_apply.hpp"

#include <algorithm>
#include <optional>
#include <variant>

#include "domain/limits.hpp"

namespace gochat::mysql {
namespace {

using MaybeError = std::optional<Error>;

LogAnswer no_conversation() {
  return refused(ErrorCode::not_found, "this conversation does not exist");
}
Error not_in_it() { return refused(ErrorCode::not_a_member, "you are not in this conversation"); }

MaybeError refusal(Result<void> verdict) {
  if (verdict) return std::nullopt;
  return std::move(verdict).error();
}

// --- drafts ---

// Logic has let the sender in by a token, so a sender without a row cannot be told apart from one
// that another store keeps; disabled and erased people keep theirs.
MaybeError judge_person(const Scene& scene, UserId user) {
  const auto found = scene.statuses.find(user);
  if (found == scene.statuses.end() || found->second == UserStatus::active) return std::nullopt;
  return refused(ErrorCode::forbidden, "this account is disabled");
}

MaybeError judge(const Scene& scene, const Conversation& head, const MessageDraft& draft) {
  if (!draft.doubt && draft.judged_by == head.member_version) return std::nullopt;
  const Message& message = draft.message;
  if (draft.doubt) {
    if (auto disabled = judge_person(scene, message.sender)) return disabled;
  }
  switch (head.kind) {
    case ConversationKind::single:
      if (!head.is_pair_member(message.sender)) return not_in_it();
      if (!scene.either_blocks(head.user_lo, head.user_hi)) return std::nullopt;
      return refused(ErrorCode::blocked, "one of you has blocked the other");
    case ConversationKind::group:
      return refusal(may_send(scene.member(head.group, message.sender), message.sent_at));
    case ConversationKind::world:
      return std::nullopt;
  }
  return failed(ErrorCode::internal, "a conversation of unknown kind: " + head.id.text());
}

std::uint64_t hash_of(const Message& message) {
  if (message.content_hash != 0) return message.content_hash;
  return content_hash(message.conversation, message.type, message.content, message.reply_to);
}

LogAnswer stored_before(Scene& scene, const Message& draft, const Message& row) {
  const Working* const working = scene.find(row.conversation);
  if (row.content_hash != hash_of(draft) || working == nullptr) {
    return refused(ErrorCode::idempotency_conflict,
                   "this client message id was used for another message");
  }
  return Stored{row.id, row.seq, row.sent_at, true, working->head.member_version};
}

// Who writes has read; in the world room only those have a position who ever marked something.
void move_sender(Scene& scene, const Conversation& head, const Message& message) {
  PositionRow& position = scene.positions[{message.sender, head.id}];
  if (head.kind == ConversationKind::world && !position.read) return;
  position.read = std::max(position.read, message.seq);
  position.touched = message.sent_at;
  position.changed = true;
}

LogAnswer append(Scene& scene, const Rules& rules, const MessageDraft& draft) {
  const Message& wanted = draft.message;
  const SentKey key{wanted.sender, wanted.client_msg_id};
  // Client ids first: what was stored was stored, whatever the sender may do by now.
  if (const auto before = scene.sent.find(key); before != scene.sent.end()) {
    return stored_before(scene, wanted, *before->second);
  }
  Working* const working = scene.find(wanted.conversation);
  if (working == nullptr) return no_conversation();
  if (auto refused = judge(scene, working->head, draft)) return std::move(*refused);
  auto message = std::make_shared<Message>(wanted);
  message->content_hash = hash_of(wanted);
  message->recalled = false;
  while (!scene.taken.insert(message->id).second) message->id = MessageId{rules.ids.next()};
  Conversation& head = working->head;
  message->seq = next(head.last_seq);
  head.last_seq = message->seq;
  head.last_message_id = message->id;
  head.last_sender = message->sender;
  head.last_message_at = message->sent_at;
  working->touched = message->sent_at;
  working->changed = true;
  move_sender(scene, head, *message);
  scene.sent.emplace(key, message);
  scene.messages[message->id] = message;
  scene.fresh.push_back(message);
  return Stored{message->id, message->seq, message->sent_at, false, head.member_version};
}

// --- what one person has of a conversation ---

MaybeError outside(const Scene& scene, const Conversation& head, UserId user) {
  switch (head.kind) {
    case ConversationKind::single:
      return head.is_pair_member(user) ? std::nullopt : MaybeError{not_in_it()};
    case ConversationKind::group:
      return scene.member(head.group, user) ? std::nullopt : MaybeError{not_in_it()};
    case ConversationKind::world:
      return std::nullopt;
  }
  return failed(ErrorCode::internal, "a conversation of unknown kind: " + head.id.text());
}

// The head with the beginning of its newest message, for an answer.
Conversation present(const Scene& scene, const Working& working) {
  Conversation head = working.head;
  const auto newest = scene.messages.find(head.last_message_id);
  if (newest != scene.messages.end()) {
    head.last_sender = newest->second->sender;
    head.last_preview = preview(newest->second->content);
  }
  return head;
}

struct Place {
  Working* working;
  PositionRow* row;
  Seq last;
  ReadPosition position;
};

// Who joined has read what was said before, and nobody counts the world room's messages against
// somebody who never marked any of them as read: both follow from other rows.
std::variant<LogAnswer, Place> place_of(Scene& scene, const Change& change, UserId user) {
  Working* const working = scene.find(change.conversation);
  if (working == nullptr) return no_conversation();
  const Conversation& head = working->head;
  if (auto refused = outside(scene, head, user)) return LogAnswer{std::move(*refused)};
  Place place{working, &scene.positions[{user, head.id}], head.last_seq, {}};
  place.position = {place.row->read, place.row->ack, place.row->muted, place.row->pinned};
  if (head.kind == ConversationKind::group) {
    const Membership& member = *scene.member(head.group, user);
    place.position.read_seq = std::max(place.position.read_seq, member.join_seq);
    if (member.left_seq) place.last = *member.left_seq;
  }
  const bool is_world = head.kind == ConversationKind::world;
  if (is_world && !place.row->read) place.position.read_seq = head.last_seq;
  return place;
}

LogAnswer placed(const Scene& scene, const Place& place) {
  Changed changed;
  changed.head = present(scene, *place.working);
  changed.position = place.position;
  return changed;
}

void act(const Change& change, const change::AdvanceRead& advance, Place& place, Scene&) {
  const Seq to = std::min(advance.to.value_or(place.last), place.last);
  const bool is_world = place.working->head.kind == ConversationKind::world;
  const bool rises = place.position.advance_read(to, place.last);
  // In the world room the first explicit mark makes the position, also when it changes nothing yet.
  if (!rises && !(is_world && !place.row->read && to)) return;
  place.position.read_seq = std::max(place.row->read, to);
  place.row->read = place.position.read_seq;
  place.row->touched = change.at;
  place.row->changed = true;
}

void act(const Change& change, const change::Acknowledge& ack, Place& place, Scene& scene) {
  const Seq to = std::min(ack.to, place.last);
  if (place.position.advance_ack(to, place.last)) {
    place.row->ack = place.position.ack_seq;
    place.row->touched = change.at;
    place.row->changed = true;
  }
  if (!to) return;
  // Also below the maximum of the devices: this one's own place may have moved.
  Seq& own = scene.acknowledged[{ack.session, place.working->head.id}];
  own = std::max(own, to);
}

void act(const Change& change, const change::EditSettings& edit, Place& place, Scene&) {
  place.row->muted = place.position.muted = edit.muted.value_or(place.position.muted);
  place.row->pinned = place.position.pinned = edit.pinned.value_or(place.position.pinned);
  place.row->touched = change.at;
  place.row->settings_changed = true;
}

template <class Body>
LogAnswer at_place(Scene& scene, const Change& change, const Body& body) {
  auto found = place_of(scene, change, body.user);
  if (auto* refusal = std::get_if<LogAnswer>(&found)) return std::move(*refusal);
  Place& place = std::get<Place>(found);
  act(change, body, place, scene);
  return placed(scene, place);
}

// --- single conversations, and what was said ---

LogAnswer open_single(Scene& scene, const Change& change, const change::OpenSingle& open) {
  if (open.a == open.b) {
    return refused(ErrorCode::invalid_params, "a conversation with oneself");
  }
  const UserPair pair = std::minmax(open.a, open.b);
  Changed changed;
  if (const auto known = scene.singles.find(pair); known != scene.singles.end()) {
    const Working* const working = scene.find(known->second);
    if (working == nullptr) return failed(ErrorCode::unavailable, "the conversation has just gone");
    changed.head = present(scene, *working);
    return changed;
  }
  if (scene.either_blocks(open.a, open.b)) {
    return refused(ErrorCode::blocked, "one of you has blocked the other");
  }
  // Two pairs may share 64 bits of a hash; the second one then takes all of its own.
  ConversationId id = single_id(open.a, open.b);
  if (scene.find(id) != nullptr) id = single_id_after_clash(open.a, open.b);
  Working working;
  working.head.id = id;
  working.head.kind = ConversationKind::single;
  working.head.user_lo = pair.first;
  working.head.user_hi = pair.second;
  working.head.member_version = MemberVersion{1};
  working.head.created_at = change.at;
  working.touched = change.at;
  working.created = true;
  changed.head = working.head;
  changed.created = true;
  scene.conversations.emplace(id, std::move(working));
  scene.singles.emplace(pair, std::move(id));
  return changed;
}

LogAnswer recall(Scene& scene, const Change& change, const change::Recall& recall) {
  Working* const working = scene.find(change.conversation);
  if (working == nullptr) return no_conversation();
  const auto found = scene.messages.find(recall.message);
  if (found == scene.messages.end() || found->second->conversation != change.conversation) {
    return refused(ErrorCode::not_found, "this message does not exist");
  }
  Message& message = *found->second;
  const Conversation& head = working->head;
  if (auto refused = outside(scene, head, recall.actor)) return std::move(*refused);
  Changed changed;
  if (!message.recalled) {
    RecallCase asked;
    asked.actor = recall.actor;
    if (head.kind == ConversationKind::group) {
      asked.actor_row = scene.member(head.group, recall.actor);
    }
    asked.sender = message.sender;
    asked.sent_at = message.sent_at;
    asked.now = change.at;
    asked.window = limits::recall_window;
    if (auto may = may_recall(asked); !may) return std::move(may).error();
    message.recalled = true;
    message.content.clear();
    scene.recalled.push_back(message.id);
    ConversationEvent event;
    event.kind = EventKind::recall;
    event.actor = recall.actor;
    event.subject = recall.message.number();
    event.argument = static_cast<std::int64_t>(message.seq.number());
    event.at = change.at;
    changed.events.push_back(happened(scene, *working, event, Members::unchanged));
  }
  changed.head = present(scene, *working);
  changed.recalled = message;
  return changed;
}

struct Apply {
  Scene& scene;
  const Rules& rules;
  const Change& change;

  LogAnswer operator()(const change::OpenSingle& c) { return open_single(scene, change, c); }
  LogAnswer operator()(const change::CreateGroup& c) {
    return create_group(scene, rules, change, c);
  }
  LogAnswer operator()(const change::Recall& c) { return recall(scene, change, c); }
  LogAnswer operator()(const change::AdvanceRead& c) { return at_place(scene, change, c); }
  LogAnswer operator()(const change::Acknowledge& c) { return at_place(scene, change, c); }
  LogAnswer operator()(const change::EditSettings& c) { return at_place(scene, change, c); }
  template <class OfGroup>
  LogAnswer operator()(const OfGroup&) {
    auto answer = change_group(scene, rules, change);
    // Its head is the one before the newest message was looked up.
    auto* const changed = std::get_if<Changed>(&answer);
    if (changed != nullptr) changed->head = present(scene, *scene.find(change.conversation));
    return answer;
  }
};

}  // namespace

LogAnswer apply(Scene& scene, const Rules& rules, const LogItem& item) {
  if (const auto* draft = std::get_if<MessageDraft>(&item)) return append(scene, rules, *draft);
  const auto& change = std::get<Change>(item);
  return std::visit(Apply{scene, rules, change}, change.body);
}

ConversationEvent happened(Scene& scene, Working& working, ConversationEvent event,
                           Members members) {
  Conversation& head = working.head;
  event.conversation = head.id;
  event.no = next(head.last_event_no);
  event.at_seq = head.last_seq;
  head.last_event_no = event.no;
  if (members == Members::changed) head.member_version = next(head.member_version);
  working.touched = event.at;
  working.changed = true;
  scene.events.push_back(event);
  return event;
}

}  // namespace gochat::mysql
