// RelationStore over the tables.
#pragma once

#include "adapters/sqlite/commit_queue.hpp"
#include "adapters/sqlite/reader_pool.hpp"
#include "ports/relation_store.hpp"

namespace gochat::sqlite {

class SqliteRelationStore final : public RelationStore {
 public:
  SqliteRelationStore(CommitQueue& queue, ReaderPool& readers) : queue_{queue}, readers_{readers} {}

  Task<Result<void>> add_friendship(UserId a, UserId b, WallTime at) override;
  Task<Result<bool>> remove_friendship(UserId a, UserId b) override;
  Task<Result<std::vector<UserId>>> friends(UserId user) override;
  Task<Result<void>> set_block(UserId by, UserId user, bool on, WallTime at) override;
  Task<Result<std::vector<UserId>>> blocks(UserId by) override;
  Task<Result<bool>> blocked_between(UserId a, UserId b) override;

 private:
  CommitQueue& queue_;
  ReaderPool& readers_;
};

}  // namespace gochat::sqlite
