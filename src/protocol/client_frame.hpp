// What a client may say on a socket, whatever dialect it speaks. A codec fills these from bytes and
// checks their shape; whether a conversation exists and who may write in it is decided by logic.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/result.hpp"
#include "domain/ids.hpp"
#include "domain/limits.hpp"
#include "domain/message.hpp"

namespace gochat::protocol {

// `conversation` or `to_user` is set; both is a refusal of the codec.
struct SendMessage {
  ConversationId conversation;
  UserId to_user;  // the single conversation with this person is found or made first
  std::string content;
  MessageType type = MessageType::text;
  std::string client_msg_id;  // empty: the server makes one and says so
  MessageId reply_to;
  std::string traceparent{};  // W3C trace context; what is none of that form is ignored
};
// What holds for every send, from whichever dialect or route: one destination, content and client
// id within the limits. Codecs have asked this already.
Result<void> check_send(const SendMessage& send);

// At most one of `after` and `before`; neither: the newest page.
struct Pull {
  ConversationId conversation;
  std::optional<Seq> after;
  std::optional<Seq> before;
  std::optional<EventNo> after_event;
  std::size_t limit = limits::page_messages_default;
};

// What of single chats this device has not acknowledged, the oldest first.
struct PullInbox {};

struct SyncPosition {
  ConversationId conversation;
  Seq seq;
  EventNo event_no;
};

struct Sync {
  std::string epoch;                    // empty: none known
  std::vector<SyncPosition> positions;  // none: everything from nothing
  bool more = false;                    // another frame with positions follows
};

// Delivered to this device up to here.
struct Ack {
  ConversationId conversation;
  Seq seq;
};

// The same, said by the client id of a message that this device was shown or sent.
struct AckMessage {
  std::string client_msg_id;
};

struct MarkRead {
  ConversationId conversation;
  Seq seq;
};

struct Typing {
  ConversationId conversation;
  bool on = true;
};

struct Ping {};

struct Auth {
  std::string token;  // may be empty on a socket that is signed in already
};

using ClientRequest =
    std::variant<SendMessage, Pull, Sync, Ack, MarkRead, Typing, Ping, Auth, PullInbox, AckMessage>;

// A request, or why it is none; either way with what of it could be read, so that the answer finds
// its question.
struct ClientFrame {
  // What the codec needs to answer; it comes back to it as `re`. Empty: there is nothing to name.
  std::string id;
  std::string client_msg_id;  // of a send that was refused
  Result<ClientRequest> request;
};

}  // namespace gochat::protocol
