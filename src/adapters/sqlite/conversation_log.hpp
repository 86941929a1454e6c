// ConversationLog: the batch goes to the commit thread, the answers come back after the sync.
#pragma once

#include "adapters/sqlite/commit_queue.hpp"
#include "ports/conversation_log.hpp"

namespace gochat::sqlite {

class SqliteConversationLog final : public ConversationLog {
 public:
  SqliteConversationLog(CommitQueue& queue, const std::function<MonoTime()>& now)
      : queue_{queue}, now_{now} {}

  Task<Result<std::vector<LogAnswer>>> append(LogBatch batch, Deadline deadline) override;
  Task<Result<std::uint64_t>> raise_fence(std::string topic, std::int32_t partition) override;

 private:
  CommitQueue& queue_;
  const std::function<MonoTime()>& now_;
};

}  // namespace gochat::sqlite
