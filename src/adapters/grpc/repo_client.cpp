#include "adapters/grpc/repo_client.hpp"

#include "adapters/grpc/repo_client_parts.hpp"

namespace gochat::rpc {

struct RepoClient::Parts {
  explicit Parts(Calls& calls)
      : users{calls},
        sessions{calls},
        relations{calls},
        keys{calls},
        messages{calls},
        conversations{calls},
        groups{calls},
        inboxes{calls} {}

  RemoteUsers users;
  RemoteSessions sessions;
  RemoteRelations relations;
  RemoteKeys keys;
  RemoteMessages messages;
  RemoteConversations conversations;
  RemoteGroups groups;
  RemoteInboxes inboxes;
};

RepoClient::RepoClient(Calls& calls) : parts_{std::make_unique<Parts>(calls)} {}
RepoClient::~RepoClient() = default;

RepoApi RepoClient::api() {
  Parts& parts = *parts_;
  return {parts.users,    parts.sessions,      parts.relations, parts.keys,
          parts.messages, parts.conversations, parts.groups,    parts.inboxes};
}

}  // namespace gochat::rpc
