// What both directions of the timeline dialect agree on. Private to this room.
#pragma once

#include <charconv>
#include <cstdint>
#include <string>
#include <string_view>

namespace gochat::protocol::timeline {

enum Command : std::int64_t { none = -1, heartbeat = 0, login = 1, chat = 2, pull = 3, ack = 4 };

// Which packet an answer belongs to, as one text: "3:its msg_id".
struct Question {
  std::int64_t command = Command::none;
  std::string_view msg_id;

  std::string text() const { return std::to_string(command) + ':' + std::string{msg_id}; }

  static Question of(std::string_view text) {
    Question question;
    const auto colon = text.find(':');
    if (colon == std::string_view::npos) return question;
    std::from_chars(text.data(), text.data() + colon, question.command);
    question.msg_id = text.substr(colon + 1);
    return question;
  }
};

}  // namespace gochat::protocol::timeline
