// Finds who is told of something and where they are connected: one record per gateway.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/metrics.hpp"
#include "base/span.hpp"
#include "dispatch/downstream.hpp"
#include "dispatch/locator.hpp"
#include "logic/inboxes.hpp"
#include "logic/large_groups.hpp"
#include "logic/members.hpp"
#include "logic/task_requests.hpp"
#include "protocol/records.hpp"

namespace gochat::logic {

// Something that is told and not stored, or was stored by a change.
struct Notice {
  ConversationId conversation;
  protocol::Push push;
  std::vector<UserId> to;
  bool to_all = false;
};

// One item of a batch after the log has answered.
struct Outgoing {
  protocol::Origin origin;
  std::optional<protocol::Receipt> receipt;
  // Empty: only the receipt goes out.
  std::optional<protocol::MessagePush> push;
  MemberVersion members;                // in force at the message's seq
  std::vector<Notice> introducing;      // told before the message: the conversation is new to them
  std::string trace{};                  // travels on with the push and the receipt
  std::shared_ptr<trace::Span> span{};  // of its send; ends when everybody has been told
};

// Of each message that goes out from here, thus not of large groups and of the world room: how many
// receivers had a connection when they were looked up, and how many had none.
struct FanOutCounts {
  metrics::SizeHistogram online;
  metrics::SizeHistogram away;
};

class FanOut {
 public:
  struct Rooms {
    Members& members;
    dispatch::Locator& locator;
    dispatch::Downstream& downstream;
    Inboxes& inboxes;
    LargeGroups& large_groups;
    TaskRequests& task_requests;
  };
  explicit FanOut(Rooms rooms) : rooms_{rooms} {}

  // Receivers are those of each message's seq, the sender's other connections among them; the
  // sending connection gets its receipt in the message's place. Of a large group only the receipt
  // leaves here, and the rest is left to task, for which nobody waits. An error means that some may
  // not have been told, and that the whole must be given again.
  Task<Result<void>> deliver(std::vector<Outgoing> batch);

  // Best effort, in order: what is lost here is found again by the receivers' sync mark.
  Task<> tell(std::vector<Notice> notices);

  const FanOutCounts& counts() const { return counts_; }

 private:
  using Versions = std::unordered_map<ConversationId, MemberVersion>;
  using Rosters = std::unordered_map<ConversationId, SharedRoster>;
  // What a batch comes to, while it is worked out.
  struct Batch {
    std::vector<Outgoing> items;
    std::vector<std::vector<UserId>> receivers;  // of each item
    std::vector<InboxAddition> additions;
    std::vector<QueueRecord> requests;  // to task
    bool all_gateways = false;

    std::vector<UserId> everybody() const;
  };
  Task<Result<Rosters>> rosters(Versions wanted);
  void find_receivers(Batch& batch, const Rosters& known);
  Task<Result<void>> publish(Batch batch);
  void count(const dispatch::Places& places, const std::vector<UserId>& receivers);

  Rooms rooms_;
  FanOutCounts counts_;
};

}  // namespace gochat::logic
