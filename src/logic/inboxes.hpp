// The inboxes of single chats: written when a message is stored, checked against the conversations'
// heads when they are read, and filled anew from the messages when they are missing or incomplete.
// So no answer depends on whether one was kept.
#pragma once

#include <vector>

#include "ports/clock.hpp"
#include "ports/repo_api.hpp"

namespace gochat::logic {

class Inboxes {
 public:
  Inboxes(const RepoApi& repo, Clock& clock) : repo_{repo}, clock_{clock} {}

  // Best effort: what is lost is noticed by the next reader.
  Task<> add(std::vector<InboxAddition> additions);

  // The newest messages of these single chats, the user's own ones too, within limits::inbox_*: of
  // each conversation a stretch that ends at its head, ascending by time.
  Task<Result<std::vector<InboxEntry>>> of(UserId user, std::vector<Conversation> singles);

 private:
  Task<Result<std::vector<InboxEntry>>> from_messages(std::vector<Conversation> singles,
                                                      WallTime not_before);
  Task<Result<std::vector<InboxEntry>>> newest_of(Conversation single, WallTime not_before);

  RepoApi repo_;
  Clock& clock_;
};

// Whether nothing is missing between what is there and the heads. Entries above a head were stored
// after it was read.
bool is_complete(const std::vector<InboxEntry>& entries, const std::vector<Conversation>& singles,
                 WallTime not_before);

}  // namespace gochat::logic
