// What somebody is told of a conversation that is new to them, or that looks different now.
#pragma once

#include <vector>

#include "logic/fan_out.hpp"
#include "ports/repo_api.hpp"

namespace gochat::logic {

class Introductions {
 public:
  explicit Introductions(const RepoApi& repo) : repo_{repo} {}

  // Each of the pair is told of the other.
  Task<Result<std::vector<Notice>>> of_single(Conversation head);
  // `to` are new in the group since the newest message.
  Task<Result<Notice>> of_group(Conversation head, std::vector<UserId> to);
  // Its name, avatar or size is another.
  Task<Result<Notice>> group_line(Conversation head, std::vector<UserId> to);

 private:
  RepoApi repo_;
};

}  // namespace gochat::logic
