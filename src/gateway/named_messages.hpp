// Messages that a socket of the timeline dialect was shown last, by their msg_id: it may
// acknowledge one by that name alone.
#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <ranges>
#include <string>
#include <string_view>

#include "domain/message.hpp"

namespace gochat::gateway {

class NamedMessages {
 public:
  static constexpr std::size_t kept_max = 256;  // above, the oldest is forgotten

  struct Place {
    ConversationId conversation;
    Seq seq;
  };

  void note(const Message& message) {
    if (messages_.size() == kept_max) messages_.pop_front();
    messages_.push_back({message.client_msg_id, {message.conversation, message.seq}});
  }
  // The one shown last, where several senders use the same name.
  std::optional<Place> find(std::string_view msg_id) const {
    for (const auto& message : messages_ | std::views::reverse) {
      if (message.msg_id == msg_id) return message.place;
    }
    return std::nullopt;
  }

 private:
  struct Named {
    std::string msg_id;
    Place place;
  };
  std::deque<Named> messages_;
};

}  // namespace gochat::gateway
