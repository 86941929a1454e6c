// Profiles, friends, blocks, search, who is online.
#pragma once

#include <utility>
#include <vector>

#include "logic/access.hpp"
#include "logic/conversations.hpp"
#include "logic/needs.hpp"
#include "logic/people_cache.hpp"
#include "logic/presence.hpp"
#include "ports/logic_api.hpp"

namespace gochat::logic {

class People final : public PeopleApi {
 public:
  static constexpr std::size_t search_results_max = 50;

  People(const Needs& needs, Access& access, PeopleCache& cache, Conversations& conversations,
         Presence& presence);

  Task<Result<User>> profile(Caller caller) override;
  Task<Result<User>> edit_profile(Caller caller, ProfileEdit edit) override;
  Task<Result<User>> user_by_name(Caller caller, std::string username) override;
  Task<Result<std::vector<User>>> users(std::vector<UserId> ids) override;
  Task<Result<std::vector<User>>> search(Caller caller, std::string prefix, UserId after,
                                         std::size_t limit) override;
  Task<Result<std::vector<std::pair<UserId, bool>>>> online(Caller caller) override;
  Task<Result<void>> add_friend(Caller caller, UserId user) override;
  Task<Result<void>> remove_friend(Caller caller, UserId user) override;
  Task<Result<std::vector<User>>> friends(Caller caller) override;
  Task<Result<void>> set_block(Caller caller, UserId user, bool on) override;
  Task<Result<std::vector<User>>> blocks(Caller caller) override;

 private:
  Task<Result<std::vector<User>>> public_parts(std::vector<UserId> ids);

  RepoApi repo_;
  SessionRegistry& registry_;
  Clock& clock_;
  Access& access_;
  PeopleCache& cache_;
  Conversations& conversations_;
  Presence& presence_;
};

}  // namespace gochat::logic
