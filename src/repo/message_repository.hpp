// Messages and events as logic asks for them. The log decides what is stored; of what it took the
// copies learn, where there are any.
#pragma once

#include <string>
#include <utility>

#include "ports/repo_api.hpp"
#include "repo/copies.hpp"

namespace gochat::repo {

class MessageRepository final : public MessageRepo {
 public:
  MessageRepository(ConversationLog& log, MessageStore& messages, std::string epoch,
                    Copies* copies = nullptr)
      : log_{log}, messages_{messages}, epoch_{std::move(epoch)}, copies_{copies} {}

  Task<Result<std::string>> epoch() override { co_return epoch_; }
  Task<Result<std::vector<LogAnswer>>> save(LogBatch batch, Deadline deadline) override;
  Task<Result<std::uint64_t>> raise_fence(std::string topic, std::int32_t partition) override;
  Task<Result<MessagePage>> page(PageQuery query) override;
  Task<Result<Message>> message(MessageId id) override;
  Task<Result<std::optional<Message>>> sent(UserId sender, std::string client_msg_id) override;
  Task<Result<std::vector<ConversationEvent>>> events(ConversationId conversation, EventNo after,
                                                      std::size_t limit) override;

 private:
  Task<Result<std::vector<LogAnswer>>> append(LogBatch batch, Deadline deadline);

  ConversationLog& log_;
  MessageStore& messages_;
  const std::string epoch_;
  Copies* const copies_;
};

}  // namespace gochat::repo
