#include "adapters/sqlite/conversation_changes.hpp"

#include <algorithm>
#include <variant>

#include "adapters/sqlite/conversation_rows.hpp"
#include "adapters/sqlite/judge.hpp"
#include "adapters/sqlite/positions.hpp"
#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/rows.hpp"
#include "domain/limits.hpp"

namespace gochat::sqlite {
namespace {

const std::string select_message =
    select(message_columns,
           "FROM messages m JOIN conversations c ON c.key = m.conversation WHERE m.id = ?");

LogAnswer no_conversation() {
  return refused(ErrorCode::not_found, "this conversation does not exist");
}
LogAnswer not_in_it() {
  return refused(ErrorCode::not_a_member, "you are not in this conversation");
}

LogAnswer with_head(Working& working) {
  Changed changed;
  changed.head = working.present();
  return changed;
}

// Two pairs may share 64 bits of a hash; the second one then takes all of its own.
Result<ConversationId> free_single_id(Batch& batch, UserId a, UserId b) {
  const ConversationId id = single_id(a, b);
  auto taken = batch.conversation(id);
  if (!taken) return std::move(taken).error();
  return *taken == nullptr ? id : single_id_after_clash(a, b);
}

// What somebody has of a conversation: where they are in it, and the newest that they may see.
struct Place {
  Working* working = nullptr;
  PositionKey key;
  Seq last;
  ReadPosition position;
};

// Or the refusal.
Result<std::variant<LogAnswer, Place>> place_of(Batch& batch, const Change& change, UserId user) {
  auto working = batch.conversation(change.conversation);
  if (!working) return std::move(working).error();
  if (*working == nullptr) return std::variant<LogAnswer, Place>{no_conversation()};
  auto taking = takes_part(batch, **working, user);
  if (!taking) return std::move(taking).error();
  if (!taking->part) return std::variant<LogAnswer, Place>{not_in_it()};
  Place place;
  place.working = *working;
  place.key = {user, (*working)->key};
  const Conversation& head = (*working)->head;
  place.last = taking->row && taking->row->left_seq ? *taking->row->left_seq : head.last_seq;
  auto mark = batch.mark(place.key);
  if (!mark) return std::move(mark).error();
  auto settings = find_settings(batch.db(), place.key);
  if (!settings) return std::move(settings).error();
  place.position = position_of(head, taking->row, *mark, *settings);
  return std::variant<LogAnswer, Place>{std::move(place)};
}

LogAnswer placed(const Place& place) {
  Changed changed;
  changed.head = place.working->present();
  changed.position = place.position;
  return changed;
}

}  // namespace

ChangeAnswer open_single(Batch& batch, const Change& change, const change::OpenSingle& open) {
  if (open.a == open.b) {
    return LogAnswer{refused(ErrorCode::invalid_params, "a conversation with oneself")};
  }
  auto known = find_pair(batch.db(), open.a, open.b);
  if (!known) return std::move(known).error();
  if (*known) {
    auto working = batch.conversation(**known);
    if (!working) return std::move(working).error();
    return with_head(**working);
  }
  auto blocked = either_blocks(batch.db(), open.a, open.b);
  if (!blocked) return std::move(blocked).error();
  if (*blocked) {
    return LogAnswer{refused(ErrorCode::blocked, "one of you has blocked the other")};
  }
  auto id = free_single_id(batch, open.a, open.b);
  if (!id) return std::move(id).error();
  Conversation head;
  head.id = std::move(*id);
  head.kind = ConversationKind::single;
  head.user_lo = std::min(open.a, open.b);
  head.user_hi = std::max(open.a, open.b);
  head.created_at = change.at;
  auto working = insert_conversation(batch, std::move(head));
  if (!working) return std::move(working).error();
  Changed changed;
  changed.head = (*working)->present();
  changed.created = true;
  return LogAnswer{std::move(changed)};
}

ChangeAnswer recall(Batch& batch, const Change& change, const change::Recall& recall) {
  auto working = batch.conversation(change.conversation);
  if (!working) return std::move(working).error();
  if (*working == nullptr) return no_conversation();
  auto message = query_one(
      batch.db(), select_message, [](const Statement& s) { return message_row(s); },
      recall.message);
  if (!message) return std::move(message).error();
  if (!*message || (*message)->conversation != change.conversation) {
    return LogAnswer{refused(ErrorCode::not_found, "this message does not exist")};
  }
  auto taking = takes_part(batch, **working, recall.actor);
  if (!taking) return std::move(taking).error();
  if (!taking->part) return not_in_it();
  Changed changed;
  if (!(*message)->recalled) {
    const RecallCase asked{recall.actor,        taking->row, (*message)->sender,
                           (*message)->sent_at, change.at,   limits::recall_window};
    if (auto may = may_recall(asked); !may) return LogAnswer{std::move(may).error()};
    (*message)->recalled = true;
    (*message)->content.clear();
    auto replaced = batch.replace(**working, std::make_shared<const Message>(**message));
    if (!replaced) return std::move(replaced).error();
    ConversationEvent event;
    event.kind = EventKind::recall;
    event.actor = recall.actor;
    event.subject = recall.message.number();
    event.argument = static_cast<std::int64_t>((*message)->seq.number());
    event.at = change.at;
    auto numbered = batch.event(**working, event, Batch::Members::unchanged);
    if (!numbered) return std::move(numbered).error();
    changed.events.push_back(std::move(*numbered));
  }
  changed.head = (*working)->present();
  changed.recalled = std::move(**message);
  return LogAnswer{std::move(changed)};
}

ChangeAnswer advance_read(Batch& batch, const Change& change, const change::AdvanceRead& advance) {
  auto found = place_of(batch, change, advance.user);
  if (!found) return std::move(found).error();
  if (auto* refusal = std::get_if<LogAnswer>(&*found)) return std::move(*refusal);
  Place& place = std::get<Place>(*found);
  const Seq to = std::min(advance.to.value_or(place.last), place.last);
  // In the world room the first explicit mark makes the position, also when it changes nothing yet.
  const bool is_world = place.working->head.kind == ConversationKind::world;
  auto stored = batch.mark(place.key);
  if (!stored) return std::move(stored).error();
  const bool rises = place.position.advance_read(to, place.last);
  if (rises || (is_world && !stored->read && to)) {
    place.position.read_seq = std::max(stored->read, to);
    const Mark mark{place.position.read_seq, Seq{}};
    if (auto raised = batch.raise(place.key, SessionId{}, mark); !raised) {
      return std::move(raised).error();
    }
  }
  return placed(place);
}

ChangeAnswer acknowledge(Batch& batch, const Change& change, const change::Acknowledge& ack) {
  auto found = place_of(batch, change, ack.user);
  if (!found) return std::move(found).error();
  if (auto* refusal = std::get_if<LogAnswer>(&*found)) return std::move(*refusal);
  Place& place = std::get<Place>(*found);
  const Seq to = std::min(ack.to, place.last);
  place.position.advance_ack(to, place.last);
  if (to) {
    // Also below the maximum of the devices: this one's own place may have moved.
    if (auto raised = batch.raise(place.key, ack.session, {Seq{}, to}); !raised) {
      return std::move(raised).error();
    }
  }
  return placed(place);
}

ChangeAnswer edit_settings(Batch& batch, const Change& change, const change::EditSettings& edit) {
  auto found = place_of(batch, change, edit.user);
  if (!found) return std::move(found).error();
  if (auto* refusal = std::get_if<LogAnswer>(&*found)) return std::move(*refusal);
  Place& place = std::get<Place>(*found);
  place.position.muted = edit.muted.value_or(place.position.muted);
  place.position.pinned = edit.pinned.value_or(place.position.pinned);
  auto saved =
      execute(batch.db(),
              "INSERT INTO read_positions VALUES (?, ?, 0, 0, ?, ?) ON CONFLICT DO UPDATE "
              "SET muted = excluded.muted, pinned = excluded.pinned",
              place.key.user, place.key.conversation, place.position.muted, place.position.pinned);
  if (!saved) return std::move(saved).error();
  return placed(place);
}

namespace {

struct Apply {
  Batch& batch;
  const Change& change;

  ChangeAnswer operator()(const change::OpenSingle& c) { return open_single(batch, change, c); }
  ChangeAnswer operator()(const change::CreateGroup& c) { return create_group(batch, change, c); }
  ChangeAnswer operator()(const change::Recall& c) { return recall(batch, change, c); }
  ChangeAnswer operator()(const change::AdvanceRead& c) { return advance_read(batch, change, c); }
  ChangeAnswer operator()(const change::Acknowledge& c) { return acknowledge(batch, change, c); }
  ChangeAnswer operator()(const change::EditSettings& c) { return edit_settings(batch, change, c); }
  template <class OfGroup>
  ChangeAnswer operator()(const OfGroup&) {
    return GroupChange::apply(batch, change);
  }
};

}  // namespace

ChangeAnswer apply_change(Batch& batch, const Change& change) {
  return std::visit(Apply{batch, change}, change.body);
}

}  // namespace gochat::sqlite
