// The embedded store behind its ports, for the suites: on threads of its own, or inline on the one
// of the test.
#pragma once

#include <memory>
#include <stdexcept>

#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/store.hpp"
#include "contract/stores.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"
#include "support/temporary_directory.hpp"

namespace gochat::contract {

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
  sqlite::Store& store() { return *store_; }
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

}  // namespace gochat::contract
