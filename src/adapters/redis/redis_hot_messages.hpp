#pragma once

#include "adapters/redis/client.hpp"
#include "ports/hot_messages.hpp"

namespace gochat::redis {

// hot_messages:<conversation> is a sorted set of the texts by their seqs. Texts of two messages
// differ. Lives on one loop.
class RedisHotMessages final : public HotMessages {
 public:
  explicit RedisHotMessages(Client& client) : client_{client} {}

  Task<Result<void>> put(ConversationId conversation, std::vector<HotMessage> messages) override;
  Task<Result<HotPage>> below(ConversationId conversation, Seq end, std::size_t limit) override;
  Task<Result<void>> drop(ConversationId conversation) override;

 private:
  Key key_of(const ConversationId& conversation) const {
    return client_.keys().make("hot_messages:", conversation.text());
  }

  Client& client_;
};

}  // namespace gochat::redis
