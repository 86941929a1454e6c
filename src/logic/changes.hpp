// Everything that changes a conversation other than a message: saved first, then told.
#pragma once

#include <vector>

#include "logic/fan_out.hpp"
#include "logic/members.hpp"
#include "logic/needs.hpp"
#include "logic/options.hpp"

namespace gochat::logic {

class Changes {
 public:
  Changes(const Needs& needs, const Options& options, Members& members, FanOut& fan_out);

  // Saved by the log, which judges it; nothing is told yet.
  Task<Result<Changed>> save(ConversationId conversation, change::Body body);

  // Saves, then tells the witnesses of its events. Whoever is new gets the conversation first.
  Task<Result<Changed>> apply(ConversationId conversation, change::Body body);

  // The same for what a group or a pair looks like; `to` empty: all present.
  Task<> show_conversation(Changed changed, std::vector<UserId> to, bool is_new);

 private:
  Task<> tell(Changed changed);
  Task<protocol::ConversationPush> line_of(Conversation head, std::uint32_t member_count);

  RepoApi repo_;
  Clock& clock_;
  Timers& timers_;
  const Options& options_;
  Members& members_;
  FanOut& fan_out_;
};

}  // namespace gochat::logic
