// The RPCs of proto/gochat/v1/repo.proto on the objects of the repo role.
#pragma once

#include "adapters/grpc/method_table.hpp"
#include "ports/clock.hpp"
#include "ports/id_source.hpp"
#include "ports/repo_api.hpp"
#include "ports/session_registry.hpp"
#include "ports/shown_repo.hpp"

namespace gochat::rpc {

// All of it outlives the server.
struct RepoParts {
  RepoApi repo;
  // Tells where people are connected.
  SessionRegistry& registry;
  // For a caller who brings no id or no time.
  IdSource& ids;
  Clock& clock;
  // For what is shown and not decided by; null: it is read as it is stored.
  ShownRepo* shown = nullptr;
};

// RepoService has all of them; UserRepo, MessageRepo, ConversationRepo and GroupRepo those of their
// subject.
MethodTable repo_methods(const RepoParts& parts);

}  // namespace gochat::rpc
