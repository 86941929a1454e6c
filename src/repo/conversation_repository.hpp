// Heads, positions and who has which conversation.
#pragma once

#include "ports/repo_api.hpp"
#include "repo/list_copies.hpp"

namespace gochat::repo {

class ConversationRepository final : public ConversationRepo {
 public:
  // Without copies every list is the store's.
  explicit ConversationRepository(ConversationStore& conversations, ListCopies* copies = nullptr)
      : conversations_{conversations}, copies_{copies} {}

  Task<Result<Conversation>> conversation(ConversationId id) override;
  Task<Result<UserConversation>> conversation_for(UserId user, ConversationId id) override;
  Task<Result<std::vector<UserConversation>>> conversations_for(UserId user) override;
  Task<Result<std::optional<Conversation>>> single_of(UserId a, UserId b) override;
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override;
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(
      SessionId session) override;

 private:
  ConversationStore& conversations_;
  ListCopies* const copies_;
};

}  // namespace gochat::repo
