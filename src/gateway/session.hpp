// One authenticated socket: who speaks, and what it has been sent of each conversation.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "async/timer.hpp"
#include "base/trace_id.hpp"
#include "domain/ids.hpp"
#include "gateway/dialect.hpp"
#include "gateway/followed.hpp"
#include "gateway/named_messages.hpp"
#include "net/connection_id.hpp"
#include "net/frame.hpp"
#include "ports/logic_api.hpp"

namespace gochat::gateway {

struct Session {
  ConnectionId id;
  net::ConnectionId socket;  // empty until the 101 is due
  Caller caller;
  TraceId trace;  // of the request that opened it
  Dialect dialect = Dialect::classic;
  // Clients with a subprotocol sync by themselves and drop what they know; the ones without never
  // ask, so they are followed through all their conversations, until they do ask.
  std::unique_ptr<Followed> followed;
  bool syncs_itself() const { return !followed; }
  // Until its entries are loaded a session only collects what is addressed to it.
  bool ready = false;
  std::vector<std::move_only_function<void()>> before_ready;

  std::unordered_map<ConversationId, Entry> entries;
  Entry world;  // beside the others: every broadcast touches it
  bool world_known = false;
  std::size_t held_bytes = 0;

  // Sends of one socket go up one after the other, also when one of them must first find its
  // conversation.
  std::deque<std::move_only_function<Task<>()>> sends;
  bool sending = false;

  bool syncing = false;
  std::vector<std::move_only_function<void()>> on_drained;

  NamedMessages named;  // of the timeline dialect

  std::uint32_t boot = 0;      // of the gateway's process: one of four billion, by chance
  std::uint64_t ids_made = 0;  // client message ids made for clients that send none
  WallTime login_at;
};

// Named after the connection too: a second socket of the same person must not make the same, for
// then one of the two messages would be taken for a repeat of the other. And after the life of the
// process, since after it a clock that was set back may give the same connection ids again.
inline std::string next_client_msg_id(Session& session) {
  return fmt::format("{}_{}_{:x}_{}", session.caller.user.number(), session.id.number(),
                     session.boot, ++session.ids_made);
}

inline void note_shown(Session& session, const Message& message) {
  if (session.dialect == Dialect::timeline) session.named.note(message);
}

}  // namespace gochat::gateway
