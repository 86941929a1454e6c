// One database and the stores of the processes that share it.
#pragma once

#include <gmock/gmock.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/mysql/store.hpp"
#include "cluster/mysql_database.hpp"
#include "support/manual_clock.hpp"

namespace gochat::cluster {

inline constexpr UserId ann{1};

// Stores as processes have them, on one database that tests may also ask in SQL.
class MysqlStoresTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!mysql_server()) GTEST_SKIP() << "GOCHAT_TEST_MARIADB is not set";
    database_ = std::make_unique<MysqlDatabase>();
    sql_ = std::make_unique<PoolOnLoop>(database_->server());
    store_ = open(options());
  }
  void TearDown() override {
    if (!database_) return;
    close(store_);
    sql_.reset();
  }

  mysql::StoreOptions options() const {
    mysql::StoreOptions options;
    options.primary = database_->server();
    return options;
  }
  // As another process would.
  std::unique_ptr<mysql::Store> open(mysql::StoreOptions options) {
    auto store = std::make_unique<mysql::Store>(
        std::move(options), mysql::StoreRuntime{loop().context().get_executor(), loop().timers(),
                                                clock_, random_, ids_});
    const auto opened = run(store->open(loop().soon()));
    if (!opened) throw std::runtime_error{opened.error().detail};
    return store;
  }
  void close(std::unique_ptr<mysql::Store>& store) {
    run(store->close());
    store.reset();
  }

  support::TaskLoop& loop() { return sql_->loop(); }
  mysql::Store& store() { return *store_; }
  template <class T>
  T run(Task<T> task) {
    return loop().run(std::move(task));
  }
  template <class T>
  T get(Task<Result<T>> task) {
    auto result = run(std::move(task));
    if (!result) throw std::runtime_error{result.error().detail};
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }
  mysql::Rows ask(const std::string& sql) { return sql_->ask(sql); }

  void person(UserId id, const std::string& name) {
    NewUser made;
    made.user.id = id;
    made.user.username = name;
    made.user.nickname = name;
    made.username_key = name;
    get(store().users().create(std::move(made)));
  }
  Session session(std::int64_t id) {
    Session made;
    made.id = SessionId{id};
    made.user = ann;
    return made;
  }
  // Single conversations of ann with so many people, each with one message.
  void make_singles(int count) {
    const std::string numbers = "FROM seq_2_to_" + std::to_string(count + 1);
    ask("INSERT INTO conversations (id, type, user_lo, user_hi, last_seq, last_message_id, "
        "created_at, updated_at) SELECT CONCAT('single_', seq), 1, 1, seq, 1, seq, 0, 0 " +
        numbers);
    ask("INSERT INTO messages (id, conversation_id, sender_id, client_msg_id, content_hash, "
        "message_type, content, seq_id, created_at) SELECT seq, CONCAT('single_', seq), 1, seq, 0, "
        "1, 'hello', 1, 0 " +
        numbers);
  }
  std::uint64_t statements() const { return store_->counts().statements.value(); }

  support::ManualClock clock_;
  support::SeededRandom random_{1};
  std::unique_ptr<MysqlDatabase> database_;
  std::unique_ptr<PoolOnLoop> sql_;
  ManualTimers timers_;
  memory::SnowflakeIds ids_{{0, 0, Deadline::max()}, 0, clock_, timers_};
  std::unique_ptr<mysql::Store> store_;
};

}  // namespace gochat::cluster
