#include "adapters/memory/memory_inboxes.hpp"

#include <utility>

namespace gochat::memory {

void MemoryInboxes::put(Inbox& inbox, InboxEntry entry) const {
  Seq& newest = inbox.newest[entry.conversation];
  if (entry.seq <= newest) return;
  newest = entry.seq;
  if (inbox.entries.size() == limits_.entries_max) inbox.entries.pop_front();
  inbox.entries.push_back(std::move(entry));
}

Task<Result<void>> MemoryInboxes::add(std::vector<InboxAddition> additions) {
  for (const InboxAddition& addition : additions) {
    for (const UserId user : addition.users) {
      const auto kept = by_user_.find(user);
      if (kept != by_user_.end()) put(*kept->second, addition.entry);
    }
  }
  co_return Result<void>{};
}

Task<Result<std::optional<std::vector<InboxEntry>>>> MemoryInboxes::read(UserId user,
                                                                         WallTime not_before) {
  const auto kept = by_user_.find(user);
  if (kept == by_user_.end()) co_return std::optional<std::vector<InboxEntry>>{};
  inboxes_.splice(inboxes_.begin(), inboxes_, kept->second);
  auto& entries = kept->second->entries;
  while (!entries.empty() && entries.front().at < not_before) entries.pop_front();
  std::vector<InboxEntry> read{entries.begin(), entries.end()};
  std::erase_if(read, [&](const InboxEntry& entry) { return entry.at < not_before; });
  co_return std::optional{std::move(read)};
}

Task<Result<void>> MemoryInboxes::fill(UserId user, std::vector<InboxEntry> entries) {
  if (const auto old = by_user_.find(user); old != by_user_.end()) {
    inboxes_.erase(old->second);
    by_user_.erase(old);
  }
  if (inboxes_.size() == limits_.inboxes_max) {
    by_user_.erase(inboxes_.back().user);
    inboxes_.pop_back();
  }
  Inbox& inbox = inboxes_.emplace_front();
  inbox.user = user;
  for (InboxEntry& entry : entries) put(inbox, std::move(entry));
  by_user_.emplace(user, inboxes_.begin());
  co_return Result<void>{};
}

}  // namespace gochat::memory
