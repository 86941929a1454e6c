// The dead letters of one process lie in its store, behind its queue.
#include <gtest/gtest.h>

#include "adapters/memory/memory_queue.hpp"
#include "contract/dead_letters_contract.hpp"
#include "contract/sqlite_stores.hpp"

namespace gochat::contract {
namespace {

class SqliteLetters final : public Subject<LettersAndQueue> {
 public:
  support::TaskLoop& loop() override { return stores_.loop(); }
  LettersAndQueue& port() override { return both_; }

 private:
  SqliteStores stores_{Threads::own, {}};
  memory::MemoryQueue inner_{stores_.loop().context().get_executor(), stores_.loop().timers()};
  sqlite::LetterKeepingQueue queue_{inner_, stores_.store().dead_letters(), "-dlq"};
  LettersAndQueue both_{stores_.store().dead_letters(), queue_};
};

const SubjectFactory<LettersAndQueue> sqlite_letters{
    "sqlite", [] { return std::make_unique<SqliteLetters>(); }};

INSTANTIATE_TEST_SUITE_P(Sqlite, DeadLettersContract, ::testing::Values(sqlite_letters),
                         subject_name);

}  // namespace
}  // namespace gochat::contract
