// One page of a conversation: from memory alone where memory has it, else from memory and tables in
// one view.
#pragma once

#include <optional>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/recent.hpp"
#include "ports/message_store.hpp"

namespace gochat::sqlite {

// Nothing when rows are needed that memory has forgotten.
std::optional<MessagePage> page_from_memory(const Recent& recent, const PageQuery& query);

Result<MessagePage> page_from_tables(Connection& db, const Recent& recent, const PageQuery& query);

}  // namespace gochat::sqlite
