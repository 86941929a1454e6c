// Reads what the items of a batch need, under the locks of their conversations.
#pragma once

#include <set>
#include <vector>

#include "adapters/mysql/connection.hpp"
#include "adapters/mysql/log_scene.hpp"
#include "ports/conversation_log.hpp"

namespace gochat::mysql {

// Whether the ids of new messages are looked up: after a batch failed by a key that was taken.
enum class Ids : bool { trusted, looked_up };

class SceneLoader {
 public:
  // `items` outlive it.
  SceneLoader(Connection& connection, std::vector<const LogItem*> items, Deadline deadline)
      : connection_{connection}, items_{std::move(items)}, deadline_{deadline} {}

  // Locks the conversations in ascending order, so that two logs never wait for each other, and
  // reads everything else after that: what is read is in force until the commit.
  Task<Result<Scene>> load(Ids ids);

 private:
  // The keys of what is read after the locks.
  struct Needs {
    std::set<GroupId> groups;
    std::set<MemberKey> members;
    std::set<UserId> group_counts;
    std::set<UserId> statuses;
    std::set<UserPair> blocks;
    std::set<PositionKey> positions;
    std::set<MessageId> messages;
  };
  class Collector;

  Task<Result<void>> lock_conversations();
  Task<Result<void>> read_sent();
  Task<Result<void>> read_groups();
  Task<Result<void>> read_people();
  Task<Result<void>> read_rest();
  Task<Result<void>> read_taken_ids();

  Connection& connection_;
  const std::vector<const LogItem*> items_;
  const Deadline deadline_;
  Scene scene_;
  Needs needs_;
};

// The conversations that an item touches, as far as it says so itself.
std::vector<ConversationId> conversations_of(const LogItem& item);

}  // namespace gochat::mysql
