#include "logic/large_groups.hpp"

#include <utility>

#include "logic/fan_out.hpp"

namespace gochat::logic {

bool LargeGroups::has(const Roster& roster) {
  if (roster.kind != ConversationKind::group) return false;
  if (roster.present_count >= options_.large_group_from) {
    large_.put(roster.conversation, {});
  } else if (roster.present_count <= options_.large_group_back) {
    large_.erase(roster.conversation);
  }
  return large_.find(roster.conversation) != nullptr;
}

std::vector<QueueRecord> LargeGroups::cut(Outgoing& item, const Roster& roster) {
  protocol::ShardRecord record;
  record.told.conversation = item.push->message.conversation;
  record.told.exclude = item.origin.connection;
  record.told.push = *std::exchange(item.push, std::nullopt);
  record.members = item.members;
  record.shards = protocol::shards_for(roster.present_count);
  std::vector<QueueRecord> records;
  for (record.shard = 0; record.shard < record.shards; ++record.shard) {
    records.push_back({std::string{protocol::large_group_topic}, protocol::queue_key(record),
                       protocol::encode(record), item.trace});
  }
  return records;
}

}  // namespace gochat::logic
