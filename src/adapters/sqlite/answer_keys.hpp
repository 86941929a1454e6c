// IdempotencyStore over its table.
#pragma once

#include "adapters/sqlite/commit_queue.hpp"
#include "ports/idempotency_store.hpp"

namespace gochat::sqlite {

class SqliteIdempotencyStore final : public IdempotencyStore {
 public:
  explicit SqliteIdempotencyStore(CommitQueue& queue) : queue_{queue} {}

  Task<Result<std::optional<std::string>>> begin(IdempotencyKey key, WallTime at) override;
  Task<Result<void>> finish(IdempotencyKey key, std::string answer) override;
  Task<Result<void>> forget(IdempotencyKey key) override;
  Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) override;

 private:
  CommitQueue& queue_;
};

}  // namespace gochat::sqlite
