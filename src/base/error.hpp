// The one closed set of error codes. HTTP, WebSocket, gRPC and the documentation all read this
// table; clients decide by `name` and `retryable`, never by text.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace gochat {

enum class ErrorCode : std::uint8_t {
  ok,
  invalid_params,
  unauthorized,
  not_found,
  internal,
  forbidden,
  conflict,
  rate_limited,
  overloaded,
  unavailable,
  timeout,
  idempotency_conflict,
  not_a_member,
  blocked,
  muted,
  too_large,
  group_full,
  recall_expired,
  token_expired,
  method_not_allowed,
  unsupported_media_type,
  headers_too_large,
  uri_too_long,
  in_progress,
  not_implemented,
  // Never shown to a client: the owner of a lane was replaced; the batch was not written.
  fenced,
};

struct ErrorRow {
  ErrorCode code;
  std::string_view name;
  std::uint16_t number;
  std::uint16_t http_status;
  std::uint8_t grpc_status;
  bool retryable;
};

inline constexpr std::array<ErrorRow, 26> error_rows{{
    {ErrorCode::ok, "OK", 0, 200, 0, false},
    {ErrorCode::invalid_params, "INVALID_PARAMS", 1001, 400, 3, false},
    {ErrorCode::unauthorized, "UNAUTHORIZED", 1002, 401, 16, false},
    {ErrorCode::not_found, "NOT_FOUND", 1003, 404, 5, false},
    {ErrorCode::internal, "INTERNAL", 1004, 500, 13, true},
    {ErrorCode::forbidden, "FORBIDDEN", 1005, 403, 7, false},
    {ErrorCode::conflict, "CONFLICT", 1006, 409, 6, false},
    {ErrorCode::rate_limited, "RATE_LIMITED", 1007, 429, 8, true},
    {ErrorCode::overloaded, "OVERLOADED", 1008, 503, 8, true},
    {ErrorCode::unavailable, "UNAVAILABLE", 1009, 503, 14, true},
    {ErrorCode::timeout, "TIMEOUT", 1010, 504, 4, true},
    {ErrorCode::idempotency_conflict, "IDEMPOTENCY_CONFLICT", 1011, 422, 10, false},
    {ErrorCode::not_a_member, "NOT_A_MEMBER", 1012, 403, 7, false},
    {ErrorCode::blocked, "BLOCKED", 1013, 403, 7, false},
    {ErrorCode::muted, "MUTED", 1014, 403, 7, false},
    {ErrorCode::too_large, "TOO_LARGE", 1015, 413, 3, false},
    {ErrorCode::group_full, "GROUP_FULL", 1016, 409, 9, false},
    {ErrorCode::recall_expired, "RECALL_EXPIRED", 1017, 409, 9, false},
    {ErrorCode::token_expired, "TOKEN_EXPIRED", 1018, 401, 16, false},
    {ErrorCode::method_not_allowed, "METHOD_NOT_ALLOWED", 1019, 405, 12, false},
    {ErrorCode::unsupported_media_type, "UNSUPPORTED_MEDIA_TYPE", 1020, 415, 12, false},
    {ErrorCode::headers_too_large, "HEADERS_TOO_LARGE", 1021, 431, 12, false},
    {ErrorCode::uri_too_long, "URI_TOO_LONG", 1022, 414, 12, false},
    {ErrorCode::in_progress, "IN_PROGRESS", 1023, 409, 10, true},
    {ErrorCode::not_implemented, "NOT_IMPLEMENTED", 1024, 501, 12, false},
    {ErrorCode::fenced, "FENCED", 1025, 503, 10, true},
}};

constexpr const ErrorRow& error_row(ErrorCode code) {
  return error_rows[static_cast<std::size_t>(code)];
}

static_assert(
    [] {
      for (std::size_t n = 0; n < error_rows.size(); ++n) {
        if (static_cast<std::size_t>(error_rows[n].code) != n) return false;
      }
      return true;
    }(),
    "error_rows follows the order of ErrorCode");

// What went wrong. `detail` is for logs and never reaches a client; `hint` is safe to show: it
// names the field or limit, in English, and holds nothing that the caller did not send.
struct Error {
  ErrorCode code = ErrorCode::internal;
  std::string detail;
  std::string hint;
  std::uint32_t retry_after_ms = 0;

  bool retryable() const { return error_row(code).retryable; }
};

// For refusals of what a client sent: the same words serve the log and the client.
inline Error refused(ErrorCode code, std::string hint) {
  Error e{code, hint, {}, 0};
  e.hint = std::move(hint);
  return e;
}

// For failures of the environment: the words are for the log alone.
inline Error failed(ErrorCode code, std::string detail) { return {code, std::move(detail), {}, 0}; }

}  // namespace gochat
