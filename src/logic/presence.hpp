// Who is told that somebody came, went, or is typing. Nothing is stored.
#pragma once

#include <unordered_map>

#include "async/gate.hpp"
#include "logic/access.hpp"
#include "logic/fan_out.hpp"
#include "logic/members.hpp"
#include "logic/needs.hpp"
#include "logic/options.hpp"

namespace gochat::logic {

// Going offline is told after a grace, so that a page reload is no news.
class Presence {
 public:
  // Above this many members a group is not told; typing and presence would cost more than talk.
  static constexpr std::size_t group_members_max = 100;

  Presence(const Needs& needs, const Options& options, Access& access, Members& members,
           FanOut& fan_out);

  Task<Result<void>> changed(UserId user, bool online);
  Task<Result<void>> typing(Caller caller, ConversationId id, bool on);
  // Friends and single-chat peers.
  Task<Result<std::vector<UserId>>> acquaintances(UserId user);
  Task<> stop();

 private:
  Task<> tell(UserId user, bool online);
  Task<> tell_offline_unless_back(UserId user);

  RepoApi repo_;
  SessionRegistry& registry_;
  Timers& timers_;
  const Options& options_;
  Access& access_;
  Members& members_;
  FanOut& fan_out_;
  Gate gate_;
  std::unordered_map<UserId, Timer> leaving_;
};

}  // namespace gochat::logic
