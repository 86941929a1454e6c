// Rows of `conversations`, written within a batch.
#pragma once

#include <optional>

#include "adapters/sqlite/batch.hpp"

namespace gochat::sqlite {

// Gives it its key and takes it into the batch.
Result<Working*> insert_conversation(Batch& batch, Conversation head);

// The pair's conversation under whichever id it has.
Result<std::optional<ConversationId>> find_pair(Connection& db, UserId a, UserId b);

// Inserts the world room into a file that has none.
Result<void> ensure_world(Connection& db, WallTime now);

}  // namespace gochat::sqlite
