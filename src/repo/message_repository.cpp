#include "repo/message_repository.hpp"

#include <utility>

#include "base/span.hpp"

namespace gochat::repo {

Task<Result<std::vector<LogAnswer>>> MessageRepository::save(LogBatch batch, Deadline deadline) {
  if (copies_ == nullptr) return append(std::move(batch), deadline);
  return copies_->written(std::move(batch), [this, deadline](LogBatch appended) {
    return append(std::move(appended), deadline);
  });
}

Task<Result<std::vector<LogAnswer>>> MessageRepository::append(LogBatch batch, Deadline deadline) {
  const std::size_t asked = batch.items.size();
  trace::Span span = trace::start("repo save");
  span.set(trace::Attribute::items, static_cast<std::int64_t>(asked));
  const trace::Scope scope{span.context()};
  auto answers = co_await log_.append(std::move(batch), deadline);
  // Answers are matched to sends by their place; a missing one would answer the wrong client.
  if (!answers) span.failed(answers.code());
  if (answers) GOCHAT_ASSERT(answers->size() == asked);
  co_return answers;
}

Task<Result<std::uint64_t>> MessageRepository::raise_fence(std::string topic,
                                                           std::int32_t partition) {
  return log_.raise_fence(std::move(topic), partition);
}

Task<Result<MessagePage>> MessageRepository::page(PageQuery query) {
  if (copies_ != nullptr) return copies_->hot().page(std::move(query));
  return messages_.page(std::move(query));
}

Task<Result<Message>> MessageRepository::message(MessageId id) { return messages_.find(id); }

Task<Result<std::optional<Message>>> MessageRepository::sent(UserId sender,
                                                             std::string client_msg_id) {
  return messages_.find_sent(sender, std::move(client_msg_id));
}

Task<Result<std::vector<ConversationEvent>>> MessageRepository::events(ConversationId conversation,
                                                                       EventNo after,
                                                                       std::size_t limit) {
  return messages_.events(std::move(conversation), after, limit);
}

}  // namespace gochat::repo
