// Somebody with one device. It outlives the server's lives, remembers what it was shown and what it
// said without an answer, as the client does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "base/error.hpp"
#include "domain/ids.hpp"
#include "domain/message.hpp"

namespace gochat::scenario {

// What was said, and what is known of it.
struct Said {
  ConversationId conversation;
  std::string content;
  int open_attempts = 0;  // sent and unanswered
  std::optional<Seq> seq;
  MessageId id;
  std::optional<ErrorCode> refusal;
  int receipts = 0;
};

// One conversation as it was shown.
struct Shown {
  std::map<std::uint64_t, Message> messages;  // by seq
  Seq up_to;                                  // the last that was pushed or pulled
  EventNo event_no;
  int pushed_twice = 0;
};

struct Person {
  std::string name;
  UserId user;
  std::string gateway;
  ConnectionId connection;           // none while away
  std::map<std::string, Said> said;  // by client message id
  std::map<ConversationId, Shown> shown;
  int introductions = 0;

  bool is_connected() const { return static_cast<bool>(connection); }
};

}  // namespace gochat::scenario
