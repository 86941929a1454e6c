#pragma once

#include <utility>

#include "base/result.hpp"
#include "ports/message_queue.hpp"

namespace gochat {

// What became of a record for a topic that its readers make when they come: one that is not there
// yet is as if they were away.
inline Result<Durability> as_if_away_when_not_made_yet(Result<Durability> published) {
  if (published.code() != ErrorCode::not_found) return published;
  return failed(ErrorCode::unavailable, std::move(published).error().detail);
}

}  // namespace gochat
