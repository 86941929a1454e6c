// Where each device of a person stands: what it missed, what became of what was sent, what it
// acknowledged.
#pragma once

#include <unordered_map>
#include <vector>

#include "logic/access.hpp"
#include "logic/conversations.hpp"
#include "logic/inboxes.hpp"
#include "logic/sync_history.hpp"
#include "ports/logic_api.hpp"

namespace gochat::logic {

class Timeline final : public TimelineApi {
 public:
  // Of one group, the newest, told to somebody who comes back; the rest is pulled.
  static constexpr std::size_t group_messages_max = 200;

  struct Rooms {
    Access& access;
    Conversations& conversations;
    SyncHistory& history;
    Inboxes& inboxes;
  };
  Timeline(const RepoApi& repo, Rooms rooms) : repo_{repo}, rooms_{rooms} {}

  Task<Result<TrackedPage>> pull(Caller caller, ConversationId id, Seq after,
                                 std::size_t limit) override;
  Task<Result<TrackedPage>> inbox(Caller caller, std::vector<ConversationPosition> shown,
                                  std::size_t limit) override;
  Task<Result<std::vector<ConversationPosition>>> missed_groups(Caller caller) override;
  Task<Result<Seq>> advance(Caller caller, ConversationId id, Seq to,
                            DeliveryStatus status) override;

 private:
  using Positions = std::unordered_map<ConversationId, Seq>;
  // A stretch of one conversation: what lies above `after`, so many messages.
  struct Stretch {
    ConversationId conversation;
    Seq after;
    std::uint64_t count = 0;
  };
  struct Missed {
    std::vector<Stretch> beyond;      // older than the inbox reaches, or fallen out of it
    std::vector<InboxEntry> entries;  // the oldest first
    std::uint64_t count() const;
  };

  Task<Result<Positions>> acknowledged(SessionId session);
  Task<Result<Missed>> missed(Caller caller, Positions shown);
  // Several messages of one conversation, with what became of them.
  Task<Result<TrackedPage>> tracked(Caller caller, UserConversation own, Seq after,
                                    std::size_t limit);
  Task<Result<std::vector<TrackedMessage>>> read(Caller caller, Missed missed, std::size_t limit);

  RepoApi repo_;
  Rooms rooms_;
};

}  // namespace gochat::logic
