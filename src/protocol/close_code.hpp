// Why a socket is closed, and what its client should do then. One table for the close frame, for
// `bye` and for the documentation.
#pragma once

#include <array>
#include <cstdint>
#include <string_view>

namespace gochat::protocol {

enum class CloseCode : std::uint16_t {
  normal = 1000,
  going_away = 1001,
  protocol_error = 1002,
  unsupported = 1003,
  bad_utf8 = 1007,
  too_big = 1009,
  internal = 1011,
  restart = 1012,
  overload = 1013,
  slow_reader = 4000,
  no_sign_of_life = 4001,
  not_authenticated = 4002,
  session_expired = 4003,
  session_revoked = 4004,
  replaced = 4005,
  banned = 4006,
  abuse = 4007,
};

// now: at once. backoff: with growing pauses. auth: after getting a new token or signing in.
// never: not by itself.
enum class Reconnect : std::uint8_t { now, backoff, auth, never };

struct CloseRow {
  CloseCode code;
  std::string_view reason;  // short: a close frame's reason has 123 bytes
  Reconnect reconnect;
};

inline constexpr std::array<CloseRow, 17> close_rows{{
    {CloseCode::normal, "closed", Reconnect::never},
    {CloseCode::going_away, "going away", Reconnect::backoff},
    {CloseCode::protocol_error, "protocol error", Reconnect::backoff},
    {CloseCode::unsupported, "unsupported frame", Reconnect::backoff},
    {CloseCode::bad_utf8, "text is not UTF-8", Reconnect::backoff},
    {CloseCode::too_big, "frame too big", Reconnect::backoff},
    {CloseCode::internal, "internal error", Reconnect::backoff},
    {CloseCode::restart, "server restarts", Reconnect::now},
    {CloseCode::overload, "server overloaded", Reconnect::backoff},
    {CloseCode::slow_reader, "reading too slowly", Reconnect::now},
    {CloseCode::no_sign_of_life, "no sign of life", Reconnect::now},
    {CloseCode::not_authenticated, "not authenticated", Reconnect::auth},
    {CloseCode::session_expired, "session expired", Reconnect::auth},
    {CloseCode::session_revoked, "session revoked", Reconnect::auth},
    {CloseCode::replaced, "replaced by a newer connection", Reconnect::never},
    {CloseCode::banned, "account closed", Reconnect::never},
    {CloseCode::abuse, "limits ignored", Reconnect::backoff},
}};

constexpr const CloseRow& close_row(CloseCode code) {
  for (const auto& row : close_rows) {
    if (row.code == code) return row;
  }
  return close_rows[0];
}

constexpr std::string_view reconnect_name(Reconnect reconnect) {
  constexpr std::array<std::string_view, 4> names{"now", "backoff", "auth", "never"};
  return names[static_cast<std::size_t>(reconnect)];
}

}  // namespace gochat::protocol
