// What SQLite answers, in the words of base: a failure of the disk is `unavailable` (it may pass,
// and the caller may try again), a damaged file or our own mistake is `internal`, a broken
// constraint `conflict`.
#pragma once

#include <string_view>

#include "base/error.hpp"

struct sqlite3;

namespace gochat::sqlite {

// `doing` is the SQL text or the act. SQL carries placeholders only, so it is safe in a log.
// `db` may be null when there is no connection yet.
Error error_from(sqlite3* db, int code, std::string_view doing);

}  // namespace gochat::sqlite
