// What somebody is told of a conversation that is new to them, or that looks different now.
#pragma once

#include <vector>

#include "logic/fan_out.hpp"
#include "logic/members.hpp"
#include "ports/repo_api.hpp"

namespace gochat::logic {

class Introductions {
 public:
  explicit Introductions(const RepoApi& repo) : repo_{repo} {}

  // Each of the pair is told of the other.
  Task<Result<std::vector<Notice>>> of_single(Conversation head);
  // `to` are new in the group since the newest message.
  Task<Result<Notice>> of_group(Conversation head, std::vector<UserId> to);
  // Its name, avatar or size is another; everybody in it is told. The first words of the newest
  // message go to those who may read it.
  Task<Result<std::vector<Notice>>> of_settings(Conversation head, SharedRoster roster);

 private:
  RepoApi repo_;
};

}  // namespace gochat::logic
