// What one user has: one or all of their conversations, from memory and tables in one view.
#pragma once

#include <optional>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/recent.hpp"
#include "ports/conversation_store.hpp"

namespace gochat::sqlite {

Result<Conversation> read_head(Connection& db, const Recent& recent, const ConversationId& id);

Result<UserConversation> read_for(Connection& db, const Recent& recent, UserId user,
                                  const ConversationId& id);

// Without the world room. Two statements, however many there are.
Result<std::vector<UserConversation>> read_list(Connection& db, const Recent& recent, UserId user);

}  // namespace gochat::sqlite
