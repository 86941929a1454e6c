// What the gateway says on a socket, as encoded frames that all receivers share.
#pragma once

#include <string_view>

#include "gateway/dialect.hpp"
#include "net/frame.hpp"
#include "ports/logic_api.hpp"
#include "protocol/frame_codec.hpp"
#include "protocol/records.hpp"

namespace gochat::gateway {

// In the words of one dialect; empty when it has none for this.
net::EncodedFrame frame_of(const protocol::FrameCodec& codec, const protocol::ServerFrame& frame,
                           std::string_view re = {});

// What a record tells whoever it concerns. What is passed must outlive the wording.
Wording told(const protocol::DownstreamRecord& record);
Wording new_message(const ShownMessage& shown);
// The sender's own list moves with the message: its last line and time.
Wording head_line(const protocol::MessagePush& push);

protocol::MessageStored stored(const protocol::Receipt& receipt);
protocol::MessageStored stored(const Message& message);

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
