// A pool of connections to a database of its own.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>

#include "cluster/mysql_database.hpp"

namespace gochat::cluster {

class MysqlServer : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!mysql_server()) GTEST_SKIP() << "GOCHAT_TEST_MARIADB is not set";
    database_ = std::make_unique<BareDatabase>();
  }
  const mysql::ServerOptions& server() { return database_->server(); }

  std::unique_ptr<BareDatabase> database_;
};

class MysqlPool : public MysqlServer {
 protected:
  void SetUp() override {
    MysqlServer::SetUp();
    if (database_) use({}, {});
  }
  void use(mysql::ConnectionLimits connections, mysql::PoolLimits limits) {
    on_.reset();
    on_ = std::make_unique<PoolOnLoop>(server(), connections, limits);
  }
  mysql::Pool& pool() { return on_->pool(); }
  Deadline soon() { return on_->loop().soon(); }
  mysql::Lease lease() {
    auto lease = on_->run(pool().lease(soon()));
    if (!lease) throw std::runtime_error{lease.error().detail};
    return *std::move(lease);
  }
  std::string text(const std::string& sql) { return std::string{on_->ask(sql)[0].text(0)}; }
  // As an operator or a failing network does.
  void kill(std::uint32_t id) {
    PoolOnLoop other{server()};
    other.ask("KILL " + std::to_string(id));
  }

  std::unique_ptr<PoolOnLoop> on_;
};

}  // namespace gochat::cluster
