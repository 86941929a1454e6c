// The embedded store passes every suite of the store ports, with page checksums as the product has
// them: on its own threads, with everything merged into the sorted tables at once, and inline on
// one thread.
#include <gtest/gtest.h>

#include "contract/conversation_store_contract.hpp"
#include "contract/message_store_contract.hpp"
#include "contract/people_contracts.hpp"
#include "contract/sqlite_stores.hpp"

namespace gochat::contract {
namespace {

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
