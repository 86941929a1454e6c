#include "gateway/delivery.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "gateway/frames.hpp"

namespace gochat::gateway {

void Delivery::put(Session& session, const net::EncodedFrame& frame) {
  if (frame.size() == 0) return;
  ++counts_.delivered;
  server_->send(session.socket, frame);
}

void Delivery::send(Session& session, const net::EncodedFrame& frame) {
  if (session.ready) {
    put(session, frame);
  } else {
    session.before_ready.push_back([this, &session, frame] { put(session, frame); });
  }
}

void Delivery::say(Session& session, const protocol::ServerFrame& frame, std::string_view re) {
  send(session, frame_of(codec_of(session.dialect), frame, re));
}

void Delivery::release(Session& session) {
  session.ready = true;
  auto waiting = std::move(session.before_ready);
  session.before_ready.clear();
  for (auto& call : waiting) call();
}

Entry* Delivery::find_entry(Session& session, const ConversationId& conversation) {
  if (conversation == world_id) return session.world_known ? &session.world : nullptr;
  const auto at = session.entries.find(conversation);
  return at == session.entries.end() ? nullptr : &at->second;
}

void Delivery::rise(Session& session, Entry& entry, Seq sent) {
  entry.sent = sent;
  rooms_.reads.moved(session, entry);
}

void Delivery::stand_at(Session& session, const ConversationId& conversation, Seq sent) {
  if (Entry* known = find_entry(session, conversation)) {
    if (known->sent < sent) rise(session, *known, sent);
    return;
  }
  if (conversation == world_id) session.world_known = true;
  Entry& begun = conversation == world_id ? session.world : session.entries[conversation];
  begun.sent = begun.asked = begun.got = sent;
}

void Delivery::owe(Session& session, const ConversationId& conversation, Seq got, Seq from,
                   Seq head) {
  stand_at(session, conversation, got);
  stand_at(session, conversation, from);
  Entry& at = *find_entry(session, conversation);
  at.owed = std::max(at.owed, head);
}

void Delivery::draw(Session& session, const ShownMessage& shown) {
  const Message& message = shown.message;
  Entry* at = find_entry(session, message.conversation);
  if (!at || message.seq <= at->sent) return;
  rise(session, *at, message.seq);
  // What was taken back before it was seen is not missed.
  if (message.recalled) return;
  auto frame = new_message(shown);
  show(session, message, frame);
}

void Delivery::drawn(Session& session, const ConversationId& conversation, Seq up_to) {
  Entry* at = find_entry(session, conversation);
  if (!at) return;
  if (at->sent < up_to) rise(session, *at, up_to);
  if (!at->drawing()) flush_held(session, conversation, *at);
}

// What a session sent itself is answered on it, once, and not pushed to it.
void Delivery::show(Session& session, const Message& message, Wording& frame) {
  const bool own = session.followed && message.sender == session.caller.user;
  switch (own ? session.followed->sends.state(message.client_msg_id) : OpenSends::State::unknown) {
    case OpenSends::State::unknown:
      return put(session, frame.in(session.dialect));
    case OpenSends::State::open:
      put(session, frame_of(codec_of(session.dialect), stored(message)));
      return rooms_.reads.send_answered(session, message.client_msg_id);
    case OpenSends::State::answered:
      return;
  }
}

void Delivery::take_own(Session& session, const Message& message) {
  if (!session.followed) return;
  if (session.followed->sends.state(message.client_msg_id) != OpenSends::State::open) return;
  rooms_.reads.send_answered(session, message.client_msg_id);
  const auto answer = frame_of(codec_of(session.dialect), stored(message));
  take(session, message.conversation, message.seq, answer, Kind::receipt);
}

void Delivery::catch_up(Session& session, const Message& message, const net::EncodedFrame& frame) {
  const Entry* known = find_entry(session, message.conversation);
  if (known && message.seq <= known->sent) return;
  stand_at(session, message.conversation, message.seq);
  put(session, frame);
}

// The entry in which `seq` is to be judged; a first record begins one just below itself.
Entry* Delivery::entry(Session& session, const ConversationId& conversation, Seq seq) {
  if (Entry* known = find_entry(session, conversation)) return known;
  if (session.syncs_itself() && session.entries.size() >= limits_.entries_max) {
    // Whoever syncs itself drops what it knows, so forgetting an entry can only repeat a push.
    const auto idle =
        std::ranges::find_if(session.entries, [](auto& e) { return e.second.held.empty(); });
    if (idle != session.entries.end()) session.entries.erase(idle);
  }
  stand_at(session, conversation, Seq{seq.number() - 1});
  return find_entry(session, conversation);
}

void Delivery::take(Session& session, const ConversationId& conversation, Seq seq,
                    const net::EncodedFrame& frame, Kind kind) {
  if (!session.ready) {
    session.before_ready.push_back([this, &session, conversation, seq, frame, kind] {
      take(session, conversation, seq, frame, kind);
    });
    return;
  }
  // Of a large group the receipt comes ahead of the messages before it: whoever syncs itself and
  // has no entry is still to be pushed those.
  const bool begins = kind == Kind::push || !session.syncs_itself();
  if (!begins && !find_entry(session, conversation)) return put(session, frame);
  Entry& at = *entry(session, conversation, seq);
  if (seq <= std::max(at.sent, at.owed)) {
    if (kind == Kind::receipt) return put(session, frame);
    ++counts_.dropped;
  } else if (seq == next(at.sent)) {
    rise(session, at, seq);
    put(session, frame);
    if (!at.held.empty()) flush_held(session, conversation, at);
  } else {
    hold(session, conversation, at, {seq, frame, kind});
  }
}

void Delivery::pass(Session& session, const ConversationId& conversation, Seq seq) {
  take(session, conversation, seq, {});
}

void Delivery::take_all(const ConversationId& conversation, Seq seq, Wording frame,
                        ConnectionId except) {
  for (auto& targets : targets_) targets.clear();
  for (Session* session : rooms_.sessions.all()) {
    if (session->id == except) continue;
    Entry& at = session->world;
    const bool in_step = session->ready && session->world_known && at.held.empty() &&
                         conversation == world_id && !at.drawing() && seq == next(at.sent);
    if (in_step) {
      rise(*session, at, seq);
      targets_[static_cast<std::size_t>(session->dialect)].push_back(session->socket);
    } else {
      take(*session, conversation, seq, frame.in(session->dialect));
    }
  }
  for (std::size_t n = 0; n < dialects; ++n) {
    if (targets_[n].empty()) continue;
    counts_.delivered += targets_[n].size();
    server_->send_many(targets_[n], frame.in(static_cast<Dialect>(n)));
  }
}

void Delivery::hold(Session& session, const ConversationId& conversation, Entry& at, Held held) {
  const auto [place, added] = at.held.try_emplace(held.seq, held.frame);
  if (!added) {
    // The receipt stands in the message's place, whichever came first.
    if (held.kind != Kind::receipt) return;
    session.held_bytes -= place->second.size();
    place->second = held.frame;
  }
  ++counts_.held;
  session.held_bytes += held.frame.size();
  if (session.held_bytes > limits_.held_bytes_max) {
    server_->close(session.socket, 1013, "too much waits for a gap to be filled");
    return;
  }
  if (!at.drawing()) want_fill(conversation, session.id);
}

void Delivery::flush_held(Session& session, const ConversationId& conversation, Entry& at) {
  while (!at.held.empty()) {
    const auto first = at.held.begin();
    if (first->first > next(at.sent)) return want_fill(conversation, session.id);
    if (first->first == next(at.sent)) {
      rise(session, at, first->first);
      put(session, first->second);
    }
    session.held_bytes -= first->second.size();
    at.held.erase(first);
  }
}

void Delivery::want_fill(const ConversationId& conversation, ConnectionId session) {
  const auto [at, first] = gaps_.try_emplace(conversation);
  at->second.insert(session);
  if (first) rooms_.gate.spawn(fill(conversation));
}

// One at a time per conversation, until no socket has a gap in it. An answer is asked for until it
// comes: a gap that is given up would be a message that is never shown.
Task<> Delivery::fill(ConversationId conversation) {
  while (!rooms_.gate.closed()) {
    std::vector<UserId> users;
    Seq from{~std::uint64_t{0}};
    Seq to{~std::uint64_t{0}};
    auto& waiting = gaps_[conversation];
    std::erase_if(waiting, [&](ConnectionId id) {
      Session* session = rooms_.sessions.find(id);
      Entry* at = session ? find_entry(*session, conversation) : nullptr;
      // Whoever is being drawn asks again when that has ended.
      if (!at || at->held.empty() || at->drawing()) return true;
      users.push_back(session->caller.user);
      from = std::min(from, next(at->sent));
      // Never past the first held frame of anyone: it may be a receipt, which nothing else
      // replaces.
      to = std::min(to, at->held.begin()->first);
      return false;
    });
    if (waiting.empty()) break;
    std::ranges::sort(users);
    users.erase(std::unique(users.begin(), users.end()), users.end());
    const SeqRange range{from, Seq{to.number() - 1}};
    // Whoever comes to wait meanwhile was not asked for.
    const auto sessions = waiting;
    auto pulled = co_await rooms_.messages.pull_for_users(conversation, range, users);
    if (!pulled) {
      log::warn("gap not filled yet", {{log::Field::conversation_id, conversation.text()},
                                       {log::Field::reason, pulled.error().detail}});
      co_await rooms_.timers.sleep(limits_.fill_retry);
      continue;
    }
    for (const auto& [shown, readers] : *pulled) {
      auto frame = new_message(shown);
      for (const UserId reader : readers) {
        for (Session* session : rooms_.sessions.of(reader)) {
          Entry* at = sessions.contains(session->id) ? find_entry(*session, conversation) : nullptr;
          if (!at || shown.message.seq <= at->sent) continue;
          rise(*session, *at, shown.message.seq);
          ++counts_.filled;
          note_shown(*session, shown.message);
          show(*session, shown.message, frame);
        }
      }
    }
    // Complete up to the last one answered; a long range may be answered in part. Nothing at all:
    // the rest is void. What lies below is void or not for this reader, so it is not missing any
    // more.
    const Seq reached = pulled->empty() ? range.to : pulled->back().first.message.seq;
    for (const ConnectionId id : sessions) {
      Session* session = rooms_.sessions.find(id);
      Entry* at = session ? find_entry(*session, conversation) : nullptr;
      if (!at || at->drawing()) continue;
      if (at->sent < reached) rise(*session, *at, reached);
      flush_held(*session, conversation, *at);
    }
  }
  gaps_.erase(conversation);
}

}  // namespace gochat::gateway
