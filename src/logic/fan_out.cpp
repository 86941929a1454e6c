#include "logic/fan_out.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

#include "base/log.hpp"

namespace gochat::logic {

namespace {

using protocol::DownstreamRecord;

constexpr std::string_view gateway_role = "gateway";

void append(std::vector<Addressed>& to, std::vector<Addressed> more) {
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

Task<Result<FanOut::Rosters>> FanOut::rosters(Versions wanted) {
  Rosters found;
  for (const auto& [conversation, version] : wanted) {
    auto roster = co_await members_.at_least(conversation, version);
    if (!roster) co_return roster.error();
    found.emplace(conversation, *std::move(roster));
  }
  co_return found;
}

Task<Result<Places>> FanOut::everywhere() {
  auto instances = co_await directory_.instances(std::string{gateway_role});
  if (!instances) co_return instances.error();
  Places places;
  for (auto& instance : *instances) places.add({std::move(instance.name), instance.boot, {}});
  places.assume_everywhere();
  co_return places;
}

Task<Result<Places>> FanOut::locate(std::vector<UserId> users, bool all_gateways) {
  Places places;
  if (!users.empty()) {
    auto located = co_await registry_.locate(std::move(users));
    if (!located) co_return co_await everywhere();
    for (auto& at : *located) places.add(std::move(at));
  }
  if (all_gateways) {
    auto gateways = co_await registry_.gateways();
    if (!gateways) co_return co_await everywhere();
    for (auto& at : *gateways) places.add({std::move(at.gateway), at.boot, {}});
  }
  co_return places;
}

Task<Result<void>> FanOut::deliver(std::vector<Outgoing> batch) {
  const auto known = co_await rosters(newest_members(batch));
  if (!known) co_return known.error();

  std::vector<std::vector<UserId>> receivers(batch.size());
  std::vector<UserId> everybody;
  std::vector<InboxAddition> additions;
  bool all_gateways = false;
  for (std::size_t n = 0; n < batch.size(); ++n) {
    const auto& push = batch[n].push;
    if (!push) continue;
    if (push->message.conversation == world_id) {
      all_gateways = true;
      continue;
    }
    receivers[n] = known->at(push->message.conversation)->receivers(push->message.seq);
    everybody.insert(everybody.end(), receivers[n].begin(), receivers[n].end());
    const Message& message = push->message;
    if (kind_of(message.conversation) == ConversationKind::single) {
      additions.push_back({receivers[n], {message.conversation, message.seq, message.sent_at}});
    }
  }
  co_await inboxes_.add(std::move(additions));
  sort_and_drop_twins(everybody);
  auto places = co_await locate(std::move(everybody), all_gateways);
  if (!places) co_return places.error();

  std::vector<Addressed> records;
  for (std::size_t n = 0; n < batch.size(); ++n) {
    address(*places, std::move(batch[n]), receivers[n], records);
  }
  co_return co_await downstream_.publish(std::move(records));
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
  const auto places = co_await locate(std::move(everybody), all_gateways);
  if (!places) {
    log::warn("nobody was told", {{log::Field::reason, places.error().detail}});
    co_return;
  }
  std::vector<Addressed> records;
  for (const Notice& notice : notices) address(*places, notice, records);
  const auto told = co_await downstream_.publish(std::move(records));
  if (!told) log::warn("not everybody was told", {{log::Field::reason, told.error().detail}});
}

}  // namespace gochat::logic
