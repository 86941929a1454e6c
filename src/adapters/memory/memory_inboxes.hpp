#pragma once

#include <cstddef>
#include <deque>
#include <list>
#include <unordered_map>

#include "ports/inbox_store.hpp"

namespace gochat::memory {

struct MemoryInboxLimits {
  std::size_t inboxes_max = 4'096;  // the ones used last
  std::size_t entries_max = limits::inbox_entries_max;
};

// The inboxes of the people who read theirs last. Lives on one loop.
class MemoryInboxes final : public InboxStore {
 public:
  explicit MemoryInboxes(MemoryInboxLimits limits = {}) : limits_{limits} {}

  Task<Result<void>> add(std::vector<InboxAddition> additions) override;
  Task<Result<std::optional<std::vector<InboxEntry>>>> read(UserId user,
                                                            WallTime not_before) override;
  Task<Result<void>> fill(UserId user, std::vector<InboxEntry> entries) override;

  std::size_t size() const { return by_user_.size(); }

 private:
  struct Inbox {
    UserId user;
    std::deque<InboxEntry> entries;                  // as they were added
    std::unordered_map<ConversationId, Seq> newest;  // what came again lies at or below
  };
  using Inboxes = std::list<Inbox>;  // the one read last in front

  void put(Inbox& inbox, InboxEntry entry) const;

  const MemoryInboxLimits limits_;
  Inboxes inboxes_;
  std::unordered_map<UserId, Inboxes::iterator> by_user_;
};

}  // namespace gochat::memory
