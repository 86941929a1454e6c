#include "logic/accept_send.hpp"

#include <string>
#include <utility>

#include "ports/not_made_yet.hpp"
#include "protocol/records.hpp"

namespace gochat::logic {

// Form and rate. Who may write where is judged on the lane.
Result<void> AcceptSend::admit(UserId sender, const OutgoingMessage& message) {
  if (auto good = check_client_msg_id(message.client_msg_id); !good) return good;
  if (auto good = check_content(message.type, message.content); !good) return good;
  if (!kind_of(message.conversation)) {
    return refused(ErrorCode::invalid_params, "conversationId is not the id of a conversation");
  }
  return take_send(limiter_, sender, message.conversation, rates_);
}

Task<Result<Durability>> AcceptSend::send(UserId sender, OutgoingMessage message,
                                          Deadline deadline) {
  if (auto admitted = admit(sender, message); !admitted) co_return admitted.error();
  protocol::UpstreamRecord record;  // of no gateway: no connection waits for a receipt
  record.conversation = std::move(message.conversation);
  record.sender = sender;
  record.client_msg_id = std::move(message.client_msg_id);
  record.type = message.type;
  record.content = std::move(message.content);
  record.reply_to = message.reply_to;
  record.accepted_at = clock_.now();
  const auto topic = protocol::upstream_topic_of(record.conversation);
  QueueRecord queued{std::string{topic}, record.conversation.text(), protocol::encode(record),
                     std::move(message.trace)};
  auto published = co_await queue_.publish(std::move(queued), deadline);
  co_return as_if_away_when_not_made_yet(std::move(published));
}

}  // namespace gochat::logic
