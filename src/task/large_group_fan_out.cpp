#include "task/large_group_fan_out.hpp"

#include <utility>

#include "domain/conversation.hpp"

namespace gochat::task {

namespace {

std::vector<UserId> receivers_of(const protocol::ShardRecord& shard, const MemberList& members) {
  const Seq seq = std::get<protocol::MessagePush>(shard.told.push).message.seq;
  std::vector<UserId> users;
  for (const Membership& row : members.rows) {
    const bool mine = protocol::shard_of(row.user, shard.shards) == shard.shard;
    if (mine && row.receives(seq)) users.push_back(row.user);
  }
  return users;
}

}  // namespace

LargeGroupFanOut::LargeGroupFanOut(const Needs& needs, const Options& options)
    : messages_{needs.messages},
      clock_{needs.clock},
      options_{options},
      members_{needs.groups},
      locator_{needs.registry, needs.directory, options.fanout_batch},
      downstream_{needs.queue, needs.timers, options.publish_deadline} {}

Task<Result<protocol::DownstreamRecord>> LargeGroupFanOut::current(
    protocol::DownstreamRecord told) {
  Message& message = std::get<protocol::MessagePush>(told.push).message;
  if (clock_.now() - message.sent_at <= options_.fresh_max) co_return told;
  auto row = co_await messages_.message(message.id);
  if (!row) co_return row.error();
  message.recalled = row->recalled;
  if (message.recalled) message.content.clear();
  co_return told;
}

Task<Result<void>> LargeGroupFanOut::process(TaskInput input) {
  auto shard = protocol::decode_shard(input.record);
  if (!shard) co_return shard.error();
  const auto group = group_of(shard->told.conversation);
  if (!group) co_return failed(ErrorCode::invalid_params, "record: no group is told");
  const auto members = co_await members_.at_least(*group, shard->members);
  if (!members) co_return members.error();
  const auto receivers = receivers_of(*shard, **members);
  const auto told = co_await current(std::move(shard->told));
  if (!told) co_return told.error();
  const auto places = co_await locator_.locate(receivers);
  if (!places) co_return places.error();
  auto records = places->reach(receivers, *told);
  for (auto& record : records) record.trace = input.trace;
  counts_.receivers.observe(receivers.size());
  counts_.gateways.observe(records.size());
  co_return co_await downstream_.publish(std::move(records));
}

}  // namespace gochat::task
