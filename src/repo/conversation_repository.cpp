#include "repo/conversation_repository.hpp"

#include <utility>

namespace gochat::repo {

Task<Result<Conversation>> ConversationRepository::conversation(ConversationId id) {
  return conversations_.find(std::move(id));
}

Task<Result<UserConversation>> ConversationRepository::conversation_for(UserId user,
                                                                        ConversationId id) {
  return conversations_.find_for(user, std::move(id));
}

Task<Result<std::vector<UserConversation>>> ConversationRepository::conversations_for(UserId user) {
  if (copies_ != nullptr) return copies_->get(user);
  return conversations_.list_for(user);
}

Task<Result<std::optional<Conversation>>> ConversationRepository::single_of(UserId a, UserId b) {
  auto found = co_await conversations_.find_single(a, b);
  // The id is only a hash of the pair: a row of another pair must never be taken for theirs.
  if (found && *found) {
    const Conversation& single = **found;
    if (!single.is_pair_member(a) || !single.is_pair_member(b)) {
      co_return failed(ErrorCode::internal, "a single conversation belongs to another pair");
    }
  }
  co_return found;
}

Task<Result<std::vector<UserMark>>> ConversationRepository::marks(std::vector<UserId> users) {
  return conversations_.marks(std::move(users));
}

Task<Result<std::vector<std::pair<ConversationId, Seq>>>> ConversationRepository::acknowledged(
    SessionId session) {
  return conversations_.acknowledged(session);
}

}  // namespace gochat::repo
