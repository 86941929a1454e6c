// How a tail lies in a field of session_tail: when it was saved, and what it says.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "ports/tail_store.hpp"

namespace gochat::redis {

// "<saved_at> <entries>": a script reads the time, the rest is for the readers of this room.
std::string tail_text(const SessionTail& tail, WallTime saved_at);
// Fills in the entries; nothing when somebody else wrote them.
std::optional<SessionTail> read_tail(std::string_view text);

}  // namespace gochat::redis
