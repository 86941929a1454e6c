#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace gochat::redis {

// What a server answers to one command.
struct Reply {
  enum class Kind : std::uint8_t { nil, status, text, number, list, error };

  Kind kind = Kind::nil;
  std::string text{};  // of a status, a text or an error
  std::int64_t number = 0;
  std::vector<Reply> items{};

  bool is(Kind wanted) const { return kind == wanted; }
  // What an error may be told as: a command that a server does not know comes back with its words.
  std::string_view complaint() const {
    return std::string_view{text}.substr(0, text.find(", with args"));
  }
  // An error begins with its code, as in "WRONGTYPE Operation against ...".
  bool failed_with(std::string_view code) const {
    return is(Kind::error) && text.starts_with(code) &&
           (text.size() == code.size() || text[code.size()] == ' ');
  }
};

}  // namespace gochat::redis
