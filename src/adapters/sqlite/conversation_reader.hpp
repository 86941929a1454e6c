// ConversationStore over memory and tables.
#pragma once

#include "adapters/sqlite/reader_pool.hpp"
#include "adapters/sqlite/recent.hpp"
#include "ports/conversation_store.hpp"

namespace gochat::sqlite {

class SqliteConversationStore final : public ConversationStore {
 public:
  SqliteConversationStore(const Recent& recent, ReaderPool& readers)
      : recent_{recent}, readers_{readers} {}

  Task<Result<Conversation>> find(ConversationId id) override;
  Task<Result<UserConversation>> find_for(UserId user, ConversationId id) override;
  Task<Result<std::vector<UserConversation>>> list_for(UserId user) override;
  Task<Result<std::optional<Conversation>>> find_single(UserId a, UserId b) override;
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override;
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(
      SessionId session) override;

 private:
  const Recent& recent_;
  ReaderPool& readers_;
};

}  // namespace gochat::sqlite
