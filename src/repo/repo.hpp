// The repo role: the repositories over the stores that it was given.
#pragma once

#include <memory>
#include <optional>
#include <string>

#include "ports/password_hasher.hpp"
#include "ports/repo_api.hpp"
#include "repo/conversation_repository.hpp"
#include "repo/copies.hpp"
#include "repo/group_repository.hpp"
#include "repo/message_repository.hpp"
#include "repo/user_repository.hpp"

namespace gochat::repo {

// What repo stands on. All of it outlives repo.
struct Stores {
  ConversationLog& log;
  MessageStore& messages;
  ConversationStore& conversations;
  GroupStore& groups;
  UserStore& users;
  SessionStore& sessions;
  RelationStore& relations;
  IdempotencyStore& keys;
  PasswordHasher& hasher;
  InboxStore& inboxes;
  std::string epoch{};
  std::optional<CopyPorts> copies{};  // none: every question is the stores'
};

class Repo {
 public:
  explicit Repo(const Stores& stores)
      : stores_{stores},
        copies_{copies_for(stores)},
        users_{stores.users, stores.hasher, copies_ ? &copies_->shown() : nullptr},
        messages_{stores.log, stores.messages, stores.epoch, copies_.get()},
        conversations_{stores.conversations, copies_ ? &copies_->lists() : nullptr},
        groups_{stores.groups} {}
  Repo(const Repo&) = delete;
  Repo& operator=(const Repo&) = delete;

  RepoApi api() {
    return {users_,    stores_.sessions, stores_.relations, stores_.keys,
            messages_, conversations_,   groups_,           stores_.inboxes};
  }
  // Null: none are kept.
  Copies* copies() { return copies_.get(); }

 private:
  static std::unique_ptr<Copies> copies_for(const Stores& stores) {
    if (!stores.copies) return nullptr;
    return std::make_unique<Copies>(*stores.copies, stores.users, stores.groups,
                                    stores.conversations, stores.messages);
  }
  Stores stores_;
  std::unique_ptr<Copies> copies_;
  UserRepository users_;
  MessageRepository messages_;
  ConversationRepository conversations_;
  GroupRepository groups_;
};

}  // namespace gochat::repo
