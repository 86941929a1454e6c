// A primary and a replica that follows it in earnest: servers/run.py mariadb-replica.
#include <gmock/gmock.h>
#include <unistd.h>

#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/mysql/message_reader.hpp"
#include "adapters/mysql/store.hpp"
#include "cluster/mysql_database.hpp"
#include "support/manual_clock.hpp"

namespace gochat::cluster {
namespace {

using namespace std::chrono_literals;

constexpr const char* variable = "GOCHAT_TEST_MARIADB_REPLICA";
constexpr UserId ann{1};
constexpr UserId bob{2};

class MysqlReplication : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!mysql_server_of(variable, 0)) GTEST_SKIP() << variable << " is not set";
    PoolOnLoop server{*mysql_server_of(variable, 0)};
    server.ask("CREATE DATABASE " + name_);
    options_.primary = *mysql_server_of(variable, 0);
    options_.replicas.push_back(*mysql_server_of(variable, 1));
    options_.primary.database = options_.replicas[0].database = name_;
    replica_ = std::make_unique<PoolOnLoop>(*mysql_server_of(variable, 1));
    store_ = std::make_unique<mysql::Store>(
        options_,
        mysql::StoreRuntime{loop_.context().get_executor(), loop_.timers(), clock_, random_, ids_});
    ASSERT_TRUE(loop_.run(store_->migrate_up(loop_.soon())));
    ASSERT_TRUE(loop_.run(store_->open(loop_.soon())));
    talk();
  }
  void TearDown() override {
    if (!store_) return;
    replica_->ask("START SLAVE SQL_THREAD");
    loop_.run(store_->close());
    PoolOnLoop{options_.primary}.ask("DROP DATABASE " + name_);
  }

  // What the primary has by now, the replica has then.
  void until_followed() {
    PoolOnLoop primary{options_.primary};
    const std::string at{primary.ask("SELECT @@gtid_binlog_pos")[0].text(0)};
    const auto waited = replica_->ask("SELECT MASTER_GTID_WAIT('" + at + "', 20)");
    ASSERT_EQ(waited[0].int64(0), 0);
  }
  LogAnswer append(LogItem item) {
    auto answers = loop_.run(store_->log().append({{std::move(item)}, {}}, loop_.soon()));
    if (!answers) throw std::runtime_error{answers.error().detail};
    return answers->front();
  }
  void talk() {
    chat_ = std::get<Changed>(
                append(Change{single_id(ann, bob), change::OpenSingle{ann, bob}, clock_.now()}))
                .head.id;
    for (int n = 1; n <= 9; ++n) {
      Message message;
      message.id = MessageId{ids_.next()};
      message.conversation = chat_;
      message.sender = ann;
      message.client_msg_id = std::to_string(n);
      message.content = "hello";
      message.sent_at = clock_.now();
      last_ = message.id;
      append(MessageDraft{std::move(message), MemberVersion{}, true});
    }
  }
  MessagePage history() {
    PageQuery query;
    query.conversation = chat_;
    query.before = Seq{100};
    auto page = loop_.run(store_->messages().page(query));
    if (!page) throw std::runtime_error{page.error().detail};
    return *std::move(page);
  }
  std::uint64_t from_replica() const { return store_->page_counts().from_replica.value(); }

  const std::string name_ = "gochat_test_" + std::to_string(::getpid()) + "_replicated";
  support::ManualClock clock_;
  support::SeededRandom random_{1};
  support::TaskLoop loop_{support::Time::steady};
  memory::SnowflakeIds ids_{{0, 0, Deadline::max()}, 0, clock_, loop_.timers()};
  mysql::StoreOptions options_;
  std::unique_ptr<PoolOnLoop> replica_;
  std::unique_ptr<mysql::Store> store_;
  ConversationId chat_;
  MessageId last_;
};

TEST_F(MysqlReplication, history_comes_from_a_replica_that_followed) {
  until_followed();
  const MessagePage page = history();
  EXPECT_EQ(page.messages.size(), 9U);
  EXPECT_EQ(page.last_seq, Seq{9});
  EXPECT_EQ(from_replica(), 1U);
}

TEST_F(MysqlReplication, a_recall_is_seen_at_once_though_the_replica_lags) {
  until_followed();
  replica_->ask("STOP SLAVE SQL_THREAD");
  ASSERT_TRUE(std::holds_alternative<Changed>(
      append(Change{chat_, change::Recall{ann, last_}, clock_.now()})));
  EXPECT_TRUE(history().messages.back().recalled);
  EXPECT_EQ(from_replica(), 0U);
  EXPECT_EQ(store_->page_counts().replica_behind.value(), 1U);
  replica_->ask("START SLAVE SQL_THREAD");
  until_followed();
  EXPECT_TRUE(history().messages.back().recalled);
  EXPECT_EQ(from_replica(), 1U);
}

TEST_F(MysqlReplication, a_replica_tells_how_far_behind_it_is_or_that_it_does_not_follow) {
  until_followed();
  loop_.run(store_->look_at_replicas(loop_.soon()));
  ASSERT_EQ(store_->replica_figures().size(), 1U);
  EXPECT_EQ(store_->replica_figures()[0].behind, 0s);
  replica_->ask("STOP SLAVE SQL_THREAD");
  loop_.run(store_->look_at_replicas(loop_.soon()));
  EXPECT_EQ(store_->replica_figures()[0].behind, std::nullopt);
}

}  // namespace
}  // namespace gochat::cluster
