// Finds where people are connected.
#pragma once

#include <cstddef>
#include <vector>

#include "dispatch/places.hpp"
#include "ports/service_directory.hpp"
#include "ports/session_registry.hpp"

namespace gochat::dispatch {

class Locator {
 public:
  // `users_at_once`: how many are asked for in one question to the registry.
  Locator(SessionRegistry& registry, ServiceDirectory& directory, std::size_t users_at_once)
      : registry_{registry}, directory_{directory}, users_at_once_{users_at_once} {}

  // Of these users, and of all gateways besides when somebody must be told who is not named. A
  // registry that is away costs no delivery: then all gateways of the directory are the places.
  Task<Result<Places>> locate(std::vector<UserId> users, bool all_gateways = false);

 private:
  Task<Result<void>> add(Places& places, std::vector<UserId> users);
  Task<Result<void>> add_gateways(Places& places);
  Task<Result<Places>> everywhere();

  SessionRegistry& registry_;
  ServiceDirectory& directory_;
  std::size_t users_at_once_;
};

}  // namespace gochat::dispatch
