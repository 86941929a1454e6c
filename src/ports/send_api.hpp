#pragma once

#include <string>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"
#include "domain/conversation.hpp"
#include "domain/message.hpp"
#include "ports/message_queue.hpp"

namespace gochat {

struct OutgoingMessage {
  ConversationId conversation;
  MessageType type = MessageType::text;
  std::string content;
  std::string client_msg_id;
  MessageId reply_to;
  std::string trace;  // W3C trace context, may be empty
};

// Takes messages of services, which have no socket, on the road that those of people take.
// Ordering: of one conversation, that of the calls. Idempotency: by sender and client message id.
// Errors: `invalid_params`, `rate_limited`; as MessageQueue::publish. What comes of the message
// once it is taken, its sender learns by its client message id. Cancellation: none.
class SendApi {
 public:
  virtual ~SendApi() = default;
  virtual Task<Result<Durability>> send(UserId sender, OutgoingMessage message,
                                        Deadline deadline) = 0;
};

}  // namespace gochat
