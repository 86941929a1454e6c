#pragma once

#include "adapters/redis/client.hpp"
#include "ports/seq_proposals.hpp"

namespace gochat::redis {

// conv_seq:<conversation> is the last seq that was proposed. Lives on one loop.
class RedisSeqProposals final : public SeqProposals {
 public:
  explicit RedisSeqProposals(Client& client) : client_{client} {}

  Task<Result<Seq>> propose(ConversationId conversation, std::uint64_t count) override;
  Task<Result<void>> correct(ConversationId conversation, Seq last) override;

 private:
  Key key_of(const ConversationId& conversation) const {
    return client_.keys().make("conv_seq:", conversation.text());
  }

  Client& client_;
};

}  // namespace gochat::redis
