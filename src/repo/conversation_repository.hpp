// Heads, positions and who has which conversation.
#pragma once

#include "ports/repo_api.hpp"

namespace gochat::repo {

class ConversationRepository final : public ConversationRepo {
 public:
  explicit ConversationRepository(ConversationStore& conversations)
      : conversations_{conversations} {}

  Task<Result<Conversation>> conversation(ConversationId id) override;
  Task<Result<UserConversation>> conversation_for(UserId user, ConversationId id) override;
  Task<Result<std::vector<UserConversation>>> conversations_for(UserId user) override;
  Task<Result<std::optional<Conversation>>> single_of(UserId a, UserId b) override;
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override;
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(
      SessionId session) override;

 private:
  ConversationStore& conversations_;
};

}  // namespace gochat::repo
