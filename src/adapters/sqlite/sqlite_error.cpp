#include "adapters/sqlite/sqlite_error.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include "adapters/sqlite/checked_file.hpp"

namespace gochat::sqlite {
namespace {

struct Meaning {
  ErrorCode code;
  std::string_view words;
  std::string_view hint = {};  // what whoever waits for it may know
};

constexpr std::string_view disk_failed_hint = "the disk of the server has failed";

Meaning meaning_of(int code) {
  switch (code & 0xff) {
    case SQLITE_FULL:
      return {ErrorCode::unavailable, "the disk is full",
              "the disk of the server is full, and nothing is stored until there is room on it"};
    case SQLITE_READONLY:
      return {ErrorCode::unavailable, "the store is read-only",
              "the disk of the server is read-only"};
    case SQLITE_IOERR:
      return {ErrorCode::unavailable, "the disk failed"};
    case SQLITE_CANTOPEN:
      return {ErrorCode::unavailable, "the file cannot be opened"};
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {ErrorCode::unavailable, "somebody else holds the lock"};
    case SQLITE_INTERRUPT:
      return {ErrorCode::timeout, "interrupted"};
    case SQLITE_CONSTRAINT:
      return {ErrorCode::conflict, "a constraint refused the row"};
    case SQLITE_TOOBIG:
      return {ErrorCode::too_large, "a value is too large"};
    case SQLITE_CORRUPT:
      return {ErrorCode::internal, "the database is damaged"};
    case SQLITE_NOTADB:
      return {ErrorCode::internal, "the file is not a database of this program"};
    default:
      return {ErrorCode::internal, "SQLite refused"};
  }
}

// Answers nothing on a connection without a ChecksumVfs.
Error disk_error_from(sqlite3* db, int code, std::string_view doing) {
  BadPage page;
  if (code == SQLITE_IOERR_DATA &&
      sqlite3_file_control(db, "main", control_bad_page, &page) == SQLITE_OK) {
    return failed(ErrorCode::internal,
                  fmt::format("page {} of the {} is damaged: its checksum is wrong, in: {}",
                              page.number, page.file == DiskFile::wal ? "log" : "database", doing));
  }
  bool broken = false;
  sqlite3_file_control(db, "main", control_broken, &broken);
  return {ErrorCode::unavailable,
          fmt::format("the disk failed{} (SQLite {}, {}) in: {}",
                      broken ? ": a sync did, so nothing is written before a restart" : "", code,
                      sqlite3_errstr(code), doing),
          std::string{disk_failed_hint}, 0};
}

}  // namespace

Error error_from(sqlite3* db, int code, std::string_view doing) {
  if (db != nullptr && (code & 0xff) == SQLITE_IOERR) return disk_error_from(db, code, doing);
  const Meaning meaning = meaning_of(code);
  // The connection's own message names the table, the column or the token; it speaks of the last
  // call only.
  const bool has_message = db != nullptr && sqlite3_extended_errcode(db) == code;
  const char* message = has_message ? sqlite3_errmsg(db) : sqlite3_errstr(code);
  return {meaning.code,
          fmt::format("{}: {} (SQLite {}) in: {}", meaning.words, message, code, doing),
          std::string{meaning.hint}, 0};
}

}  // namespace gochat::sqlite
