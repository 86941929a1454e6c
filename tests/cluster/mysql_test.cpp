// The distributed store passes the suites of the store ports on a real server.
#include <gtest/gtest.h>

#include <stdexcept>

#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/mysql/store.hpp"
#include "cluster/mysql_database.hpp"
#include "contract/conversation_store_contract.hpp"
#include "contract/message_store_contract.hpp"
#include "contract/people_contracts.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"

namespace gochat::contract {
namespace {

class MysqlStores final : public Stores {
 public:
  MysqlStores() {
    const auto opened = loop_.run(store_.open(loop_.soon()));
    if (!opened) throw std::runtime_error{opened.error().detail};
  }
  ~MysqlStores() override { loop_.run(store_.close()); }

  support::TaskLoop& loop() override { return loop_; }
  WallTime now() override { return clock_.now(); }
  ConversationLog& log() override { return store_.log(); }
  MessageStore& messages() override { return store_.messages(); }
  ConversationStore& conversations() override { return store_.conversations(); }
  GroupStore& groups() override { return store_.groups(); }
  UserStore& users() override { return store_.users(); }
  SessionStore& sessions() override { return store_.sessions(); }
  RelationStore& relations() override { return store_.relations(); }
  IdempotencyStore& keys() override { return store_.keys(); }
  // Tails are kept in Redis.
  TailStore& tails() override { return missing<TailStore>(); }

 private:
  template <class Port>
  static Port& missing() {
    throw std::logic_error{"this port has no adapter here"};
  }
  mysql::StoreOptions options() const {
    mysql::StoreOptions options;
    options.primary = database_.server();
    return options;
  }

  cluster::MysqlDatabase database_;
  support::ManualClock clock_;
  support::SeededRandom random_{1};
  support::TaskLoop loop_{support::Time::steady};
  memory::SnowflakeIds ids_{{0, 0, Deadline::max()}, 0, clock_, loop_.timers()};
  mysql::Store store_{options(),
                      {loop_.context().get_executor(), loop_.timers(), clock_, random_, ids_}};
};

std::unique_ptr<Stores> make_stores() {
  return cluster::mysql_server() ? std::make_unique<MysqlStores>() : nullptr;
}

const auto stores = ::testing::Values(StoresFactory{"mariadb", make_stores});

INSTANTIATE_TEST_SUITE_P(Mysql, ConversationLogContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Mysql, ConversationStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Mysql, MessageStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Mysql, UserStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Mysql, SessionStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Mysql, RelationStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Mysql, IdempotencyStoreContract, stores, factory_name);

TEST(MysqlStore, opens_a_migrated_database) {
  if (!cluster::mysql_server()) GTEST_SKIP() << "GOCHAT_TEST_MARIADB is not set";
  EXPECT_NO_THROW(MysqlStores{});
}

}  // namespace
}  // namespace gochat::contract
