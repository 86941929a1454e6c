#include "adapters/mysql/failure.hpp"

#include <fmt/format.h>

#include <boost/mysql/error_categories.hpp>

namespace gochat::mysql {
namespace {

namespace server {
// Numbers that MySQL and MariaDB share, but for the last one, which is MariaDB's.
constexpr int disk_full = 1021;
constexpr int file_not_written = 1026;
constexpr int engine_failed = 1030;
constexpr int out_of_memory = 1037;
constexpr int out_of_sort_memory = 1038;
constexpr int too_many_connections = 1040;
constexpr int out_of_resources = 1041;
constexpr int bad_handshake = 1043;
constexpr int access_denied_to_database = 1044;
constexpr int access_denied = 1045;
constexpr int not_ready = 1047;  // a node of Galera that is not in its cluster
constexpr int unknown_database = 1049;
constexpr int shutting_down = 1053;
constexpr int duplicate_entry = 1062;
constexpr int normal_shutdown = 1077;
constexpr int shutdown_complete = 1079;
constexpr int table_full = 1114;
constexpr int host_blocked = 1129;
constexpr int too_many_connections_of_user = 1203;
constexpr int lock_wait_timeout = 1205;
constexpr int lock_table_full = 1206;
constexpr int deadlock = 1213;
constexpr int user_limit = 1226;
constexpr int out_of_range = 1264;
constexpr int read_only = 1290;
constexpr int interrupted = 1317;
constexpr int not_a_value_of_its_type = 1366;
constexpr int too_long = 1406;
constexpr int too_many_statements = 1461;
constexpr int binlog_impossible = 1598;
constexpr int read_only_mode = 1836;
constexpr int gone = 2006;
constexpr int lost_in_query = 2013;
constexpr int connection_killed = 1927;
}  // namespace server

bool is_of_server(const boost::mysql::error_code& code) {
  return code.category() == boost::mysql::get_common_server_category() ||
         code.category() == boost::mysql::get_mysql_server_category() ||
         code.category() == boost::mysql::get_mariadb_server_category();
}

// The server is away, does not let us in, or can take nothing at present: nothing that was asked
// has happened, and what waits for it is not at fault.
bool is_away(int number) {
  switch (number) {
    case server::disk_full:
    case server::file_not_written:
    case server::engine_failed:
    case server::out_of_memory:
    case server::out_of_sort_memory:
    case server::out_of_resources:
    case server::not_ready:
    case server::table_full:
    case server::too_many_connections_of_user:
    case server::lock_table_full:
    case server::user_limit:
    case server::too_many_statements:
    case server::binlog_impossible:
    case server::read_only_mode:
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

// By a rule that nobody above held it to.
bool is_a_bad_value(int number) {
  return number == server::out_of_range || number == server::not_a_value_of_its_type ||
         number == server::too_long;
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
  if (is_a_bad_value(code.value())) {
    return refused(ErrorCode::invalid_params,
                   "a value is longer or larger than what is kept of it");
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
