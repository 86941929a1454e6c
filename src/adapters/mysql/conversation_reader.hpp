// ConversationStore over the tables. Each question is one statement, whatever the answer's size.
#pragma once

#include "adapters/mysql/pool.hpp"
#include "ports/conversation_store.hpp"
#include "ports/known_list.hpp"

namespace gochat::mysql {

class MysqlConversationStore final : public ConversationStore, public KnownList {
 public:
  explicit MysqlConversationStore(Pool& pool) : pool_{pool} {}

  Task<Result<Conversation>> find(ConversationId id) override;
  Task<Result<UserConversation>> find_for(UserId user, ConversationId id) override;
  Task<Result<std::vector<UserConversation>>> list_for(UserId user) override;
  Task<Result<std::optional<std::vector<UserConversation>>>> list_known(
      UserId user, std::vector<ConversationId> ids) override;
  Task<Result<std::optional<Conversation>>> find_single(UserId a, UserId b) override;
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override;
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(
      SessionId session) override;

 private:
  Pool& pool_;
};

}  // namespace gochat::mysql
