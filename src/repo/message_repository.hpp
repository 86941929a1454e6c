// Messages and events as logic asks for them. The log decides what is stored; nothing is kept here.
#pragma once

#include <string>
#include <utility>

#include "ports/repo_api.hpp"

namespace gochat::repo {

class MessageRepository final : public MessageRepo {
 public:
  MessageRepository(ConversationLog& log, MessageStore& messages, std::string epoch)
      : log_{log}, messages_{messages}, epoch_{std::move(epoch)} {}

  Task<Result<std::string>> epoch() override { co_return epoch_; }
  Task<Result<std::vector<LogAnswer>>> save(LogBatch batch, Deadline deadline) override;
  Task<Result<std::uint64_t>> raise_fence(std::string topic, std::int32_t partition) override;
  Task<Result<MessagePage>> page(PageQuery query) override;
  Task<Result<Message>> message(MessageId id) override;
  Task<Result<std::optional<Message>>> sent(UserId sender, std::string client_msg_id) override;
  Task<Result<std::vector<ConversationEvent>>> events(ConversationId conversation, EventNo after,
                                                      std::size_t limit) override;

 private:
  ConversationLog& log_;
  MessageStore& messages_;
  const std::string epoch_;
};

}  // namespace gochat::repo
