// Groups whose members are too many to be told between two batches of a lane: task finds them, and
// logic leaves it one record per shard of them.
#pragma once

#include <variant>
#include <vector>

#include "base/bounded_map.hpp"
#include "logic/members.hpp"
#include "logic/options.hpp"
#include "ports/message_queue.hpp"
#include "protocol/task_records.hpp"

namespace gochat::logic {

struct Outgoing;

class LargeGroups {
 public:
  // Of how many it is known that they are large; one that is forgotten is judged by its size alone.
  static constexpr std::size_t known_max = 65'536;

  explicit LargeGroups(const Options& options) : options_{options} {}

  // From `large_group_from` members on until there are no more than `large_group_back`.
  bool has(const Roster& roster);

  // The records that have everybody told of the item's message but the connection it came from; the
  // message goes with them.
  static std::vector<QueueRecord> cut(Outgoing& item, const Roster& roster);

 private:
  const Options& options_;
  BoundedMap<ConversationId, std::monostate> large_{known_max};
};

}  // namespace gochat::logic
