// One transaction of the commit thread while it is being filled: the heads and positions as they
// will be once it is committed, and what memory must learn then.
#pragma once

#include <memory>
#include <optional>
#include <unordered_map>
#include <utility>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/dedup_tables.hpp"
#include "adapters/sqlite/recent.hpp"
#include "base/result.hpp"
#include "domain/membership.hpp"
#include "domain/siphash.hpp"

namespace gochat::sqlite {

// A conversation within a batch.
struct Working {
  ConversationKey key;
  Conversation head;  // but for the preview, while `unseen` waits for somebody who looks
  SharedMessage unseen = nullptr;

  const Conversation& present() {
    if (unseen) head.last_preview = preview(std::exchange(unseen, nullptr)->content);
    return head;
  }
  bool changed = false;
  bool numbers_changed = false;  // last_event_no, member_version: saved by Batch::flush
};

// What a batch stands on; all of it belongs to the commit thread or is safe for it.
struct BatchGround {
  Connection& db;
  const Recent& recent;
  const DedupTables& dedup;
  SipKey sip_key;
  std::uint32_t group_members_max;
  std::size_t groups_per_user_max;
};

// The highest rowids of the two logs.
struct LogEnds {
  MessageId last_message;
  std::int64_t last_position = 0;
};

class Batch {
 public:
  Batch(const BatchGround& ground, LogEnds logs) : ground_{ground}, logs_{logs} {}

  Connection& db() { return ground_.db; }
  const BatchGround& ground() const { return ground_; }

  // Null when there is no such conversation. Addresses stay good as long as the batch.
  Result<Working*> conversation(const ConversationId& id);
  Working& created(Working working);

  // Appends to the log and moves the head and the sender's position. The message gets its seq and
  // its final id: rowids must rise, so one that does not is replaced.
  Result<void> append(Working& working, std::shared_ptr<Message> message);
  // The stored row with this sender and client id, wherever it is.
  Result<SharedMessage> find_sent(UserId sender, const std::string& client_msg_id);
  Result<void> replace(Working& working, SharedMessage recalled);

  // An event at the present seq; raises last_event_no, and the member_version where members
  // changed.
  enum class Members : bool { unchanged, changed };
  Result<ConversationEvent> event(Working& working, ConversationEvent event, Members members);
  void bump_members(Working& working);

  // The position as far as it is stored or raised, without what membership adds.
  Result<Mark> mark(const PositionKey& key);
  // To the position log. `session` is of an acknowledgement.
  Result<void> raise(const PositionKey& key, SessionId session, Mark mark);

  // Writes what was kept back so that it is written once; the last thing before the commit.
  Result<void> flush();
  LogEnds logs() const { return logs_; }
  std::size_t rows() const { return published_.rows.size(); }
  // What memory must learn once the commit has succeeded.
  Published take_published();

 private:
  Result<Working*> load(const ConversationId& id);
  Result<void> move_sender(const Working& working, const Message& message);
  MessageId rising_id(MessageId wanted, WallTime at);
  std::uint64_t dedup_hash(UserId sender, std::string_view client_msg_id) const;

  BatchGround ground_;
  LogEnds logs_;
  std::unordered_map<ConversationId, std::unique_ptr<Working>> conversations_;
  PositionMap raised_;
  HashIndex sent_;  // places in published_.rows
  Published published_;
};

// The hash under which a client id is found again.
std::uint64_t dedup_hash_of(SipKey key, UserId sender, std::string_view client_msg_id);

}  // namespace gochat::sqlite
