// What the gateway says on a socket, as encoded frames that all receivers share.
#pragma once

#include <string_view>

#include "net/frame.hpp"
#include "ports/logic_api.hpp"
#include "protocol/frame_codec.hpp"
#include "protocol/records.hpp"

namespace gochat::gateway {

net::EncodedFrame frame_of(const protocol::ServerFrame& frame, std::string_view re = {});
net::EncodedFrame error_frame(const Error& error, std::string_view client_msg_id = {},
                              std::string_view re = {});

net::EncodedFrame new_message_frame(const protocol::MessagePush& push);
net::EncodedFrame new_message_frame(const ShownMessage& shown);
net::EncodedFrame stored_frame(const protocol::Receipt& receipt);
net::EncodedFrame refusal_frame(const protocol::Receipt& receipt);
// The sender's own list moves with the message: its last line and time.
net::EncodedFrame head_line_frame(const protocol::MessagePush& push);

net::EncodedFrame push_frame(const ConversationId& conversation, const protocol::EventPush& push);
net::EncodedFrame push_frame(const ConversationId& conversation, const protocol::ReadPush& push);
net::EncodedFrame push_frame(const ConversationId& conversation,
                             const protocol::DeliveredPush& push);
net::EncodedFrame push_frame(const ConversationId& conversation, const protocol::TypingPush& push);
net::EncodedFrame push_frame(const ConversationId& conversation,
                             const protocol::PresencePush& push);
net::EncodedFrame push_frame(const ConversationId& conversation,
                             const protocol::ConversationPush& push);

// A page of history as `pull-result`.
net::EncodedFrame pull_frame(const History& history, std::string_view epoch, std::string_view re);

// How a conversation is shown in a list, over views into `listed`, which must outlive it.
protocol::ConversationView view_of(const ListedConversation& listed);
// The views of a page, over `history`, which must outlive them.
struct PageParts {
  explicit PageParts(const History& history);
  protocol::PageView view() const;

  const History& history;
  std::vector<protocol::MessageView> messages;
  std::vector<std::pair<Seq, Seq>> voids;
};

inline constexpr std::string_view world_name = "世界聊天室";

}  // namespace gochat::gateway
