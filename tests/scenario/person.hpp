// Somebody with one device. It outlives the server's lives, remembers what it was shown and what it
// said without an answer, as the client does.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>

#include "base/error.hpp"
#include "domain/ids.hpp"
#include "domain/message.hpp"

namespace gochat::scenario {

// What was said, and what is known of it.
struct Said {
  ConversationId conversation;
  std::string content;
  // Sends of it, by request id, whose end this person has not heard. Several may be on their way:
  // the last answer counts, and while one is open an earlier refusal is not the end.
  std::set<std::string> open_attempts{};
  int attempts = 0;
  std::optional<Seq> seq{};
  MessageId id{};
  std::optional<ErrorCode> refusal{};
  int receipts = 0;
};

// One conversation as it was shown.
struct Shown {
  std::map<std::uint64_t, Message> messages;  // by seq
  Seq up_to;                                  // the last that was pushed or pulled
  bool begun = false;  // it was introduced, pushed or pulled: `up_to` stands, also at 0
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
