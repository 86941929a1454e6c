// ConversationLog: what has queued becomes a few transactions side by side, and the answers come
// back after their commits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "adapters/mysql/append_queue.hpp"
#include "adapters/mysql/log_apply.hpp"
#include "adapters/mysql/log_limits.hpp"
#include "adapters/mysql/log_load.hpp"
#include "adapters/mysql/pool.hpp"
#include "async/gate.hpp"
#include "ports/conversation_log.hpp"
#include "ports/id_source.hpp"

namespace gochat::mysql {

class MysqlConversationLog final : public ConversationLog {
 public:
  MysqlConversationLog(Pool& pool, boost::asio::any_io_executor executor, IdSource& ids,
                       LogLimits limits);

  Task<Result<std::vector<LogAnswer>>> append(LogBatch batch, Deadline deadline) override;
  Task<Result<std::uint64_t>> raise_fence(std::string topic, std::int32_t partition) override;

  // What waits is `unavailable`; returns when what was begun has ended.
  Task<> close();

  const LogCounts& counts() const { return counts_; }
  std::size_t waiting() const { return queue_.waiting(); }

 private:
  // Items [from, to) of an append.
  struct Portion {
    Append* append;
    std::size_t from;
    std::size_t to;
  };
  using Portions = std::vector<Portion>;

  void begin_what_can();
  Task<> carry_out(std::vector<SharedAppend> appends);
  Task<Result<void>> commit_all(Portions portions, Deadline deadline);
  Task<Result<void>> commit_one_by_one(Portions portions, Deadline deadline);
  // False: another process was in the way each time.
  Task<Result<bool>> commit_one(Portion item, Deadline deadline);
  Task<Result<void>> transact(Portions portions, Ids ids, Deadline deadline);
  Task<Result<Unit>> within(Connection* connection, const Portions* portions, Ids ids,
                            Deadline deadline);
  Task<Result<void>> read_fences(Connection* connection, const Portions* portions,
                                 Deadline deadline);
  Task<Result<std::uint64_t>> raise(Connection* connection, const LaneFence* lane,
                                    Deadline deadline);

  Pool& pool_;
  LogLimits limits_;
  Rules rules_;
  LogCounts counts_;
  AppendQueue queue_;
  std::size_t under_way_ = 0;
  std::size_t passed_ = 0;  // of those under way, the ones that let another go beside them
  bool closed_ = false;
  Gate gate_;
};

}  // namespace gochat::mysql
