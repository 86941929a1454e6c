// How the parts of a position make what a user is told.
#pragma once

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/recent.hpp"
#include "domain/membership.hpp"

namespace gochat::sqlite {

struct PositionSettings {
  bool muted = false;
  bool pinned = false;
};

Result<PositionSettings> find_settings(Connection& db, const PositionKey& key);

// Who joined has read what was said before, and nobody counts the world room's messages against
// somebody who never marked any of them as read: both follow from other rows, so neither is stored.
ReadPosition position_of(const Conversation& head, const MaybeMember& row, Mark mark,
                         PositionSettings settings);

}  // namespace gochat::sqlite
