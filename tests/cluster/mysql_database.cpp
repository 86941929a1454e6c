#include "cluster/mysql_database.hpp"

#include <gtest/gtest.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <vector>

#include "adapters/mysql/migrations.hpp"

namespace gochat::cluster {
namespace {

// What holds no rows but those of tests; `conversations` keeps the world room.
constexpr std::string_view emptied[] = {"users",
                                        "sessions",
                                        "friendships",
                                        "blocks",
                                        "idempotency_keys",
                                        "audit_log",
                                        "lane_fences",
                                        "`groups`",
                                        "group_members",
                                        "messages",
                                        "read_positions",
                                        "session_positions",
                                        "conversation_events"};
constexpr const char* const fresh_world =
    "UPDATE conversations SET last_seq = 0, last_event_no = 0, member_version = 1, "
    "last_message_id = 0, last_message_at = 0 WHERE id = 'world'";

std::vector<mysql::ServerOptions>& given_back() {
  static std::vector<mysql::ServerOptions> databases;
  return databases;
}

void on_server(const std::string& sql) {
  PoolOnLoop server{*mysql_server()};
  server.ask(sql);
}

mysql::ServerOptions create_database() {
  static int made = 0;
  mysql::ServerOptions server = *mysql_server();
  const std::string name =
      "gochat_test_" + std::to_string(::getpid()) + "_" + std::to_string(++made);
  on_server("CREATE DATABASE " + name + " CHARACTER SET utf8mb4 COLLATE utf8mb4_bin");
  server.database = name;
  return server;
}

void drop(const mysql::ServerOptions& server) { on_server("DROP DATABASE " + server.database); }

// The server may be one that goes on.
class DropAtEnd : public ::testing::Environment {
  void TearDown() override {
    for (const auto& server : given_back()) drop(server);
  }
};
const ::testing::Environment* const drop_at_end =
    ::testing::AddGlobalTestEnvironment(new DropAtEnd);

}  // namespace

std::optional<mysql::ServerOptions> mysql_server() {
  return mysql_server_of("GOCHAT_TEST_MARIADB", 0);
}

std::optional<mysql::ServerOptions> mysql_server_of(const char* variable, std::size_t number) {
  const char* const addresses = std::getenv(variable);
  if (addresses == nullptr) return std::nullopt;
  std::string text{addresses};
  for (; number > 0; --number) text.erase(0, text.find(',') + 1);
  text.erase(std::min(text.find(','), text.size()));
  const auto colon = text.rfind(':');
  mysql::ServerOptions server;
  server.host = text.substr(0, colon);
  server.port = static_cast<std::uint16_t>(std::stoi(text.substr(colon + 1)));
  server.user = "root";
  server.database.clear();
  return server;
}

MysqlDatabase::MysqlDatabase() {
  if (!given_back().empty()) {
    server_ = given_back().back();
    given_back().pop_back();
    return;
  }
  server_ = create_database();
  PoolOnLoop on{server_};
  auto lease = on.run(on.pool().lease(on.loop().soon()));
  if (!lease) throw std::runtime_error{lease.error().detail};
  mysql::MigrationOrder order;
  order.identity = {1, "default"};
  const auto ran = on.run(mysql::migrate(&**lease, order, on.loop().soon()));
  if (!ran) throw std::runtime_error{ran.error().detail};
}

MysqlDatabase::~MysqlDatabase() {
  PoolOnLoop on{server_};
  on.ask("BEGIN");
  for (const std::string_view table : emptied) on.ask("DELETE FROM " + std::string{table});
  on.ask("DELETE FROM conversations WHERE id <> 'world'");
  on.ask(fresh_world);
  on.ask("UPDATE meta SET revoked_counter = 0");
  on.ask("COMMIT");
  given_back().push_back(server_);
}

BareDatabase::BareDatabase() : server_{create_database()} {}
BareDatabase::~BareDatabase() { drop(server_); }

PoolOnLoop::PoolOnLoop(mysql::ServerOptions server, mysql::ConnectionLimits connections,
                       mysql::PoolLimits limits)
    : pool_{std::move(server),
            connections,
            limits,
            loop_.context().get_executor(),
            loop_.timers(),
            [this] { return random_.number(); }} {}

PoolOnLoop::~PoolOnLoop() { loop_.run(pool_.close()); }

mysql::Rows PoolOnLoop::ask(const std::string& sql) {
  auto lease = run(pool_.lease(loop_.soon()));
  if (!lease) throw std::runtime_error{lease.error().detail};
  auto rows = run((*lease)->run_text(sql, loop_.soon()));
  if (!rows) throw std::runtime_error{sql + ": " + rows.error().detail};
  return *std::move(rows);
}

}  // namespace gochat::cluster
