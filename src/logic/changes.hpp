// Everything that changes a conversation other than a message: saved first, then told.
#pragma once

#include <vector>

#include "logic/fan_out.hpp"
#include "logic/introductions.hpp"
#include "logic/members.hpp"
#include "logic/needs.hpp"
#include "logic/options.hpp"

namespace gochat::logic {

class Changes {
 public:
  Changes(const Needs& needs, const Options& options, Members& members,
          Introductions& introductions, FanOut& fan_out);

  // Saved by the log, which judges it; nothing is told.
  Task<Result<Changed>> save(ConversationId conversation, change::Body body);

  // Saves, then tells whoever may know: those who are new get the conversation first, then all get
  // what happened. What is told and lost is found by the receivers' sync mark.
  Task<Result<Changed>> apply(ConversationId conversation, change::Body body);

 private:
  Task<> tell(Changed changed);
  Task<std::vector<Notice>> notices(Changed changed, SharedRoster roster);

  RepoApi repo_;
  Clock& clock_;
  Timers& timers_;
  const Options& options_;
  Members& members_;
  Introductions& introductions_;
  FanOut& fan_out_;
};

}  // namespace gochat::logic
