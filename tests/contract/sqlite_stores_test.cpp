// The embedded store passes every suite of the store ports, with page checksums as the product has
// them: on its own threads, with everything merged into the sorted tables at once, and inline on
// one thread.
#include <gtest/gtest.h>

#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/store.hpp"
#include "contract/conversation_store_contract.hpp"
#include "contract/message_store_contract.hpp"
#include "contract/people_contracts.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"
#include "support/temporary_directory.hpp"

namespace gochat::contract {
namespace {

enum class Threads : bool { none, own };

class SqliteStores final : public Stores {
 public:
  SqliteStores(Threads threads, sqlite::StoreLimits limits)
      : loop_{threads == Threads::own ? support::Time::steady : support::Time::manual} {
    sqlite::StoreOptions options;
    options.path = directory_.path() / "gochat.db";
    options.vfs = vfs_.name();
    options.limits = limits;
    if (threads == Threads::none) options.limits.gather_max = Duration::zero();
    Executor* const inlined = &inline_;
    const bool pooled = threads == Threads::own;
    auto opened =
        sqlite::Store::open(options, {pooled ? writer_ : *inlined, pooled ? readers_ : *inlined,
                                      pooled ? sorter_ : *inlined, clock_, random_,
                                      [this] { return loop_.timers().now(); }});
    if (!opened) throw std::runtime_error{opened.error().detail};
    store_ = std::move(*opened);
  }

  support::TaskLoop& loop() override { return loop_; }
  WallTime now() override { return clock_.now(); }
  ConversationLog& log() override { return store_->log(); }
  MessageStore& messages() override { return store_->messages(); }
  ConversationStore& conversations() override { return store_->conversations(); }
  GroupStore& groups() override { return store_->groups(); }
  UserStore& users() override { return store_->users(); }
  SessionStore& sessions() override { return store_->sessions(); }
  RelationStore& relations() override { return store_->relations(); }
  IdempotencyStore& keys() override { return store_->keys(); }
  TailStore& tails() override { return store_->tails(); }

 private:
  support::TemporaryDirectory directory_;
  sqlite::ChecksumVfs vfs_;
  support::ManualClock clock_;
  support::SeededRandom random_{1};
  support::TaskLoop loop_;
  InlineExecutor inline_;
  ThreadPool writer_{1, 1'000, "writer"};
  ThreadPool readers_{2, 1'000, "reader"};
  ThreadPool sorter_{1, 10, "sorter"};
  std::unique_ptr<sqlite::Store> store_;
};

StoresFactory factory(std::string name, Threads threads, sqlite::StoreLimits limits) {
  return {std::move(name),
          [threads, limits] { return std::make_unique<SqliteStores>(threads, limits); }};
}

sqlite::StoreLimits merging_at_once() {
  sqlite::StoreLimits limits;
  limits.merge_rows = 16;
  limits.slice_rows_min = 4;
  limits.slice_rows_max = 16;
  limits.hot_bytes_max = 4 * 1024;
  limits.heads_max = 4;
  limits.member_lists_max = 2;
  return limits;
}

const auto stores = ::testing::Values(factory("threads", Threads::own, {}),
                                      factory("merging", Threads::own, merging_at_once()),
                                      factory("inline", Threads::none, {}));

INSTANTIATE_TEST_SUITE_P(Sqlite, ConversationLogContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Sqlite, ConversationStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Sqlite, MessageStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Sqlite, UserStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Sqlite, SessionStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Sqlite, RelationStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Sqlite, IdempotencyStoreContract, stores, factory_name);
INSTANTIATE_TEST_SUITE_P(Sqlite, TailStoreContract, stores, factory_name);

}  // namespace
}  // namespace gochat::contract
