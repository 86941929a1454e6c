// What a caller may know to exist. Absent and forbidden look alike to a stranger; somebody who was
// in a conversation is told that they are not in it any more.
#pragma once

#include <string>
#include <vector>

#include "logic/options.hpp"
#include "ports/logic_api.hpp"
#include "ports/repo_api.hpp"

namespace gochat::logic {

class Access {
 public:
  Access(const RepoApi& repo, const Options& options) : repo_{repo}, options_{options} {}

  // A conversation that the caller has or has left.
  Task<Result<UserConversation>> reads(Caller caller, ConversationId id);
  // A group that the caller is in.
  Task<Result<Membership>> is_in(Caller caller, GroupId id);
  // Everything that the caller's list holds, the world room first if there is one.
  Task<Result<std::vector<UserConversation>>> all_of(Caller caller);
  // Somebody who can be talked to; `field` is named in the refusal.
  Task<Result<User>> person(UserId id, std::string field);

  // What the log refused, as the caller may hear it.
  Task<Error> as_seen_by(Caller caller, ConversationId id, Error error);

  // Friends, groups and search are for people who registered.
  static Result<void> registered(const Caller& caller);
  // What others may see of a person.
  static User public_part(User user);
  // Of a group that is not there, and of one that does not show itself.
  static Error no_such_group();

 private:
  RepoApi repo_;
  const Options& options_;
};

}  // namespace gochat::logic
