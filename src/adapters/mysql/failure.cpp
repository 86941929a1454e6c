#include "adapters/mysql/failure.hpp"

#include <fmt/format.h>

#include <boost/mysql/error_categories.hpp>

namespace gochat::mysql {
namespace {

namespace server {
// Numbers that MySQL and MariaDB share, but for the last one, which is MariaDB's.
constexpr int too_many_connections = 1040;
constexpr int bad_handshake = 1043;
constexpr int access_denied_to_database = 1044;
constexpr int access_denied = 1045;
constexpr int unknown_database = 1049;
constexpr int shutting_down = 1053;
constexpr int duplicate_entry = 1062;
constexpr int normal_shutdown = 1077;
constexpr int shutdown_complete = 1079;
constexpr int host_blocked = 1129;
constexpr int lock_wait_timeout = 1205;
constexpr int deadlock = 1213;
constexpr int read_only = 1290;
constexpr int interrupted = 1317;
constexpr int gone = 2006;
constexpr int lost_in_query = 2013;
constexpr int connection_killed = 1927;
}  // namespace server

bool is_of_server(const boost::mysql::error_code& code) {
  return code.category() == boost::mysql::get_common_server_category() ||
         code.category() == boost::mysql::get_mysql_server_category() ||
         code.category() == boost::mysql::get_mariadb_server_category();
}

// The whole server is away or does not let us in: nothing that was asked has happened.
bool is_away(int number) {
  switch (number) {
    case server::too_many_connections:
    case server::bad_handshake:
    case server::access_denied_to_database:
    case server::access_denied:
    case server::unknown_database:
    case server::host_blocked:
    case server::read_only:
      return true;
    default:
      return false;
  }
}

}  // namespace

Failure failure_of(const boost::mysql::error_code& code) {
  if (!code) return Failure::none;
  if (!is_of_server(code)) return Failure::lost;
  switch (code.value()) {
    case server::lock_wait_timeout:
    case server::deadlock:
      return Failure::conflict;
    case server::duplicate_entry:
      return Failure::duplicate;
    case server::shutting_down:
    case server::normal_shutdown:
    case server::shutdown_complete:
    case server::interrupted:
    case server::gone:
    case server::lost_in_query:
    case server::connection_killed:
      return Failure::lost;
    default:
      return Failure::refused;
  }
}

Error error_of(Failure failure, const boost::mysql::error_code& code) {
  const std::string words =
      is_of_server(code) ? fmt::format("{} ({})", code.message(), code.value()) : code.message();
  switch (failure) {
    case Failure::deadline:
      return failed(ErrorCode::timeout, "the database had not answered at the deadline");
    case Failure::duplicate:
      return failed(ErrorCode::conflict, words);
    case Failure::none:
    case Failure::conflict:
    case Failure::lost:
      return failed(ErrorCode::unavailable, words);
    case Failure::refused:
      break;
  }
  return failed(is_away(code.value()) ? ErrorCode::unavailable : ErrorCode::internal, words);
}

std::string duplicate_key(std::string_view server_message) {
  // MySQL 8 puts the table before it.
  const auto begin = server_message.rfind("for key '");
  if (begin == std::string_view::npos) return {};
  std::string_view key = server_message.substr(begin + sizeof("for key '") - 1);
  key = key.substr(0, key.find('\''));
  if (const auto dot = key.rfind('.'); dot != std::string_view::npos) key = key.substr(dot + 1);
  return std::string{key};
}

}  // namespace gochat::mysql
