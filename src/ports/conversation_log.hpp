#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"
#include "domain/conversation.hpp"
#include "domain/membership.hpp"
#include "domain/message.hpp"
#include "domain/read_position.hpp"

namespace gochat {

// A message that somebody wants in a conversation. `seq` is decided by the log.
struct MessageDraft {
  Message message;
  // The version by which logic found that the sender may write; if it is still in force the log
  // does not look again.
  MemberVersion judged_by;
  // Logic would refuse, or knows nothing: the log judges by the rows in force at the message's seq.
  bool doubt = false;
};

namespace change {
struct OpenSingle {  // made once, found afterwards; refused `blocked` when either blocks the other
  UserId a;
  UserId b;
};
struct CreateGroup {  // group.owner is its first member
  Group group;
  std::vector<UserId> members;
};
struct Join {
  UserId user;
};
struct Leave {
  UserId user;
};
struct AddMembers {
  UserId actor;
  std::vector<UserId> users;
};
struct RemoveMember {
  UserId actor;
  UserId user;
};
struct SetRole {
  UserId actor;
  UserId user;
  Role role = Role::member;
};
struct Mute {
  UserId actor;
  UserId user;
  WallTime until;
};
struct Transfer {
  UserId actor;
  UserId to;
};
struct Disband {
  UserId actor;
};
struct EditGroup {
  UserId actor;
  std::optional<std::string> name;
  std::optional<std::string> description;
  std::optional<std::string> avatar;
  std::optional<JoinPolicy> join_policy;
  std::optional<bool> history_visible;
  std::optional<std::uint32_t> max_members;
};
struct Recall {
  UserId actor;
  MessageId message;
};
struct AdvanceRead {  // no seq: up to the newest
  UserId user;
  std::optional<Seq> to;
};
struct Acknowledge {
  UserId user;
  SessionId session;
  Seq to;
};
struct EditSettings {
  UserId user;
  std::optional<bool> muted;
  std::optional<bool> pinned;
};
using Body =
    std::variant<OpenSingle, CreateGroup, Join, Leave, AddMembers, RemoveMember, SetRole, Mute,
                 Transfer, Disband, EditGroup, Recall, AdvanceRead, Acknowledge, EditSettings>;
}  // namespace change

struct Change {
  ConversationId conversation;
  change::Body body;
  WallTime at;
};

using LogItem = std::variant<MessageDraft, Change>;

struct Stored {
  MessageId id;
  Seq seq;
  WallTime sent_at;
  bool duplicate = false;  // the row was there: id, seq and time are the row's
  MemberVersion members;   // in force at this seq: who receives it
};

struct Changed {
  std::vector<ConversationEvent> events;  // empty when nothing had to change
  Conversation head;                      // as it is after the change
  std::uint32_t member_count = 0;
  ReadPosition position;            // of the user whose position or settings changed
  bool created = false;             // OpenSingle: made now; Recall, Advance..: unused
  std::optional<Message> recalled;  // Recall: the message as it is now
};

using LogAnswer = std::variant<Error, Stored, Changed>;

// The owner of a lane raises its fence at assignment; a batch with a lower one was sent by a
// predecessor that does not know it was replaced.
struct LaneFence {
  std::string topic;
  std::int32_t partition = 0;
  std::uint64_t fence = 0;
};

struct LogBatch {
  std::vector<LogItem> items;
  std::optional<LaneFence> fence;
};

// The one owner of the transaction in which history changes: seq, messages, idempotency, events,
// members, versions and positions of a conversation are written together or not at all. Ordering:
// items of one conversation are applied in the order given, and batches in the order in which
// append was called; seq and event numbers are dense; whoever reads n can read everything below it.
// Idempotency: for ever, by (sender, client message id): a draft that is stored already is answered
// with its row as duplicate, with other content as `idempotency_conflict`, whatever the sender may
// do by now. Changes are idempotent where their meaning is (join twice, read twice). Errors: each
// item has its own answer; a refused one does not touch the others. The whole batch fails with
// `overloaded` (nothing was done), `fenced` (nothing was done), `unavailable` (nothing was done) or
// `timeout` (unknown: the same batch again gives the true answers). A batch whose deadline passes
// before its transaction begins is not written. Cancellation: an append that was started is carried
// out.
class ConversationLog {
 public:
  virtual ~ConversationLog() = default;

  // As many answers as items, in their order, after the commit is durable.
  virtual Task<Result<std::vector<LogAnswer>>> append(LogBatch batch, Deadline deadline) = 0;

  // Raises the fence of a lane and returns it.
  virtual Task<Result<std::uint64_t>> raise_fence(std::string topic, std::int32_t partition) = 0;
};

}  // namespace gochat
