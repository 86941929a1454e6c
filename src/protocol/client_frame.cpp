#include "protocol/client_frame.hpp"

namespace gochat::protocol {

Result<void> check_send(const SendMessage& send) {
  if (!send.conversation == !send.to_user) {
    return refused(ErrorCode::invalid_params, "either conversationId or toUserId is needed");
  }
  if (!send.client_msg_id.empty()) {
    if (auto checked = check_client_msg_id(send.client_msg_id); !checked) return checked;
  }
  return check_content(send.type, send.content);
}

}  // namespace gochat::protocol
