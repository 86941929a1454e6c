// TailStore over its table.
#pragma once

#include "adapters/sqlite/commit_queue.hpp"
#include "ports/tail_store.hpp"

namespace gochat::sqlite {

class SqliteTailStore final : public TailStore {
 public:
  explicit SqliteTailStore(CommitQueue& queue) : queue_{queue} {}

  Task<Result<void>> save(std::vector<SessionTail> tails, WallTime at) override;
  Task<Result<std::optional<SessionTail>>> inherit(Inheritance inheritance) override;
  Task<Result<void>> forget(SessionId session, ConnectionId connection) override;
  Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) override;

 private:
  CommitQueue& queue_;
};

}  // namespace gochat::sqlite
