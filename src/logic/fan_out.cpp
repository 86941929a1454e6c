#include "logic/fan_out.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "async/gather.hpp"
#include "base/log.hpp"

namespace gochat::logic {

namespace {

using dispatch::Addressed;
using dispatch::Places;
using protocol::DownstreamRecord;

template <class Record>
void append(std::vector<Record>& to, std::vector<Record> more) {
  std::ranges::move(more, std::back_inserter(to));
}

bool is_origin(const Addressed& addressed, const protocol::Origin& origin) {
  return addressed.gateway == origin.gateway && addressed.record.boot == origin.boot;
}

void address(const Places& places, const Notice& notice, std::vector<Addressed>& records) {
  DownstreamRecord record;
  record.conversation = notice.conversation;
  record.push = notice.push;
  append(records, notice.to_all ? places.reach_all(record) : places.reach(notice.to, record));
}

std::vector<Addressed> message_records(const Places& places, Outgoing& item,
                                       const std::vector<UserId>& receivers) {
  if (!item.push) return {};
  DownstreamRecord record;
  record.conversation = item.push->message.conversation;
  record.exclude = item.origin.connection;
  record.push = *std::move(item.push);
  return record.conversation == world_id ? places.reach_all(record)
                                         : places.reach(receivers, record);
}

void address(const Places& places, Outgoing item, const std::vector<UserId>& receivers,
             std::vector<Addressed>& records) {
  for (const Notice& notice : item.introducing) address(places, notice, records);
  auto pushes = message_records(places, item, receivers);
  if (item.receipt && !item.origin.gateway.empty()) {
    // It travels with the message where both go to one gateway, so that the sending connection
    // gets it in the message's place; otherwise alone.
    const auto there = std::ranges::find_if(
        pushes, [&](const Addressed& push) { return is_origin(push, item.origin); });
    if (there == pushes.end()) {
      DownstreamRecord alone;
      alone.boot = item.origin.boot;
      alone.conversation = item.receipt->conversation;
      pushes.push_back({item.origin.gateway, std::move(alone)});
      pushes.back().record.receipts.push_back(*std::move(item.receipt));
    } else {
      there->record.receipts.push_back(*std::move(item.receipt));
    }
  }
  for (Addressed& push : pushes) push.trace = item.trace;
  append(records, std::move(pushes));
}

void sort_and_drop_twins(std::vector<UserId>& users) {
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
}

// The newest membership that any message of a conversation was judged by.
std::unordered_map<ConversationId, MemberVersion> newest_members(
    const std::vector<Outgoing>& batch) {
  std::unordered_map<ConversationId, MemberVersion> wanted;
  for (const Outgoing& item : batch) {
    if (!item.push || item.push->message.conversation == world_id) continue;
    auto& version = wanted[item.push->message.conversation];
    version = std::max(version, item.members);
  }
  return wanted;
}

}  // namespace

std::vector<UserId> FanOut::Batch::everybody() const {
  std::vector<UserId> users;
  for (const auto& some : receivers) users.insert(users.end(), some.begin(), some.end());
  sort_and_drop_twins(users);
  return users;
}

Task<Result<FanOut::Rosters>> FanOut::rosters(Versions wanted) {
  Rosters found;
  for (const auto& [conversation, version] : wanted) {
    auto roster = co_await rooms_.members.at_least(conversation, version);
    if (!roster) co_return roster.error();
    found.emplace(conversation, *std::move(roster));
  }
  co_return found;
}

void FanOut::find_receivers(Batch& batch, const Rosters& known) {
  batch.receivers.resize(batch.items.size());
  for (std::size_t n = 0; n < batch.items.size(); ++n) {
    Outgoing& item = batch.items[n];
    if (!item.push) continue;
    append(batch.requests, rooms_.task_requests.of_message(item));
    const Message& message = item.push->message;
    if (message.conversation == world_id) {
      batch.all_gateways = true;
      continue;
    }
    const Roster& roster = *known.at(message.conversation);
    if (rooms_.large_groups.has(roster)) {
      append(batch.requests, LargeGroups::cut(item, roster));
      continue;
    }
    batch.receivers[n] = roster.receivers(message.seq);
    if (roster.kind == ConversationKind::single) {
      batch.additions.push_back(
          {batch.receivers[n], {message.conversation, message.seq, message.sent_at}});
    }
  }
}

Task<Result<void>> FanOut::deliver(std::vector<Outgoing> items) {
  const auto known = co_await rosters(newest_members(items));
  if (!known) co_return known.error();
  Batch batch;
  batch.items = std::move(items);
  find_receivers(batch, *known);
  co_await rooms_.inboxes.add(std::move(batch.additions));
  co_return co_await publish(std::move(batch));
}

Task<Result<void>> FanOut::publish(Batch batch) {
  auto places = co_await rooms_.locator.locate(batch.everybody(), batch.all_gateways);
  if (!places) co_return places.error();
  std::vector<Addressed> records;
  std::vector<std::shared_ptr<trace::Span>> spans;
  for (std::size_t n = 0; n < batch.items.size(); ++n) {
    if (batch.items[n].span) spans.push_back(batch.items[n].span);
    count(*places, batch.receivers[n]);
    address(*places, std::move(batch.items[n]), batch.receivers[n], records);
  }
  if (batch.requests.empty()) co_return co_await rooms_.downstream.publish(std::move(records));
  // Both are under way at once: a receipt does not wait for task's queue.
  std::vector<Task<Result<void>>> under_way;
  under_way.push_back(rooms_.task_requests.publish(std::move(batch.requests)));
  under_way.push_back(rooms_.downstream.publish(std::move(records)));
  const auto ended = co_await gather(std::move(under_way));
  for (const auto& one : ended) {
    if (!one) co_return one.error();
  }
  co_return Result<void>{};
}

void FanOut::count(const Places& places, const std::vector<UserId>& receivers) {
  const auto online = places.connected(receivers);
  if (!online || receivers.empty()) return;
  counts_.online.observe(*online);
  counts_.away.observe(receivers.size() - *online);
}

Task<> FanOut::tell(std::vector<Notice> notices) {
  std::vector<UserId> everybody;
  bool all_gateways = false;
  for (const Notice& notice : notices) {
    everybody.insert(everybody.end(), notice.to.begin(), notice.to.end());
    all_gateways = all_gateways || notice.to_all;
  }
  sort_and_drop_twins(everybody);
  if (everybody.empty() && !all_gateways) co_return;
  const auto places = co_await rooms_.locator.locate(std::move(everybody), all_gateways);
  if (!places) {
    log::warn("nobody was told", {{log::Field::reason, places.error().detail}});
    co_return;
  }
  std::vector<Addressed> records;
  for (const Notice& notice : notices) address(*places, notice, records);
  const auto told = co_await rooms_.downstream.publish(std::move(records));
  if (!told) log::warn("not everybody was told", {{log::Field::reason, told.error().detail}});
}

}  // namespace gochat::logic
