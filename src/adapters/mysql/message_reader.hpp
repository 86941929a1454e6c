// MessageStore over the tables. Pages of history may come from a replica.
#pragma once

#include <vector>

#include "adapters/mysql/pool.hpp"
#include "base/metrics.hpp"
#include "ports/message_store.hpp"

namespace gochat::mysql {

struct PageCounts {
  metrics::Counter from_replica;
  metrics::Counter replica_behind;  // asked in vain: it had not seen what the primary had
  metrics::Counter replica_failed;  // it did not answer, or is of another database
};

class MysqlMessageStore final : public MessageStore {
 public:
  // The replicas are asked in turn; without one everything comes from the primary.
  explicit MysqlMessageStore(Pool& primary, const std::vector<Pool*>& replicas = {},
                             ReplicaLimits limits = {});

  Task<Result<MessagePage>> page(PageQuery query) override;
  Task<Result<Message>> find(MessageId id) override;
  Task<Result<std::optional<Message>>> find_sent(UserId sender, std::string client_msg_id) override;
  Task<Result<std::vector<ConversationEvent>>> events(ConversationId conversation, EventNo after,
                                                      std::size_t limit) override;

  const PageCounts& counts() const { return counts_; }
  // Replicas that are not asked at present, because they keep failing.
  std::size_t left_alone() const;

 private:
  // Nothing: this replica cannot answer for the primary.
  Task<std::optional<MessagePage>> page_from_replica(const PageQuery* query, Deadline deadline);

  struct Replica {
    Pool* pool;
    Breaker breaker;
  };

  Pool& primary_;
  const ReplicaLimits limits_;
  std::vector<Replica> replicas_;
  std::size_t next_replica_ = 0;
  PageCounts counts_;
};

}  // namespace gochat::mysql
