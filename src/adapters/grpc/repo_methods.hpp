// The RPCs of proto/gochat/v1/repo.proto on the objects of the repo role.
#pragma once

#include "adapters/grpc/method_table.hpp"
#include "ports/clock.hpp"
#include "ports/id_source.hpp"
#include "ports/repo_api.hpp"
#include "ports/session_registry.hpp"

namespace gochat::rpc {

// All of it outlives the server.
struct RepoParts {
  RepoApi repo;
  // Tells where people are connected.
  SessionRegistry& registry;
  // For a caller who brings no id or no time.
  IdSource& ids;
  Clock& clock;
};

// RepoService has all of them; UserRepo, MessageRepo, ConversationRepo and GroupRepo those of their
// subject.
MethodTable repo_methods(const RepoParts& parts);

}  // namespace gochat::rpc
