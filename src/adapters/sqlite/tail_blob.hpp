// How a tail's entries lie in their row: a number of pairs, then a number of client ids, each text
// behind its length.
#pragma once

#include <string>

#include "adapters/sqlite/statement.hpp"
#include "ports/tail_store.hpp"

namespace gochat::sqlite {

std::string encode_tail(const SessionTail& tail);
// Fills in what encode_tail wrote. Bytes of any other shape are an error: the row was damaged.
Result<void> decode_tail(Blob bytes, SessionTail& tail);

}  // namespace gochat::sqlite
