#include "adapters/memory/consumer_group.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

#include "adapters/memory/topic.hpp"

namespace gochat::memory {

ConsumerGroup::ConsumerGroup(Topic& topic, std::string name, bool from_now)
    : topic_{topic}, name_{std::move(name)} {
  for (std::size_t number = 0; number < topic.lane_count(); ++number) {
    const LaneLog& log = topic.lane(number);
    auto lane = std::make_unique<Lane>();
    lane->number = number;
    lane->done = lane->taken = lane->given_end = from_now ? log.end() : log.begin();
    lane->retry_in = topic.limits().retry_first;
    lanes_.push_back(std::move(lane));
  }
}

bool ConsumerGroup::abandoned() const {
  return name_.empty() && members_.empty() &&
         std::ranges::none_of(lanes_, [](const auto& lane) { return lane->pumping; });
}

void ConsumerGroup::join(MemberPtr member, Gate& gate) {
  members_.push_back(std::move(member));
  share_lanes(gate);
}

void ConsumerGroup::leave(const MemberPtr& member, Gate& gate) {
  std::erase(members_, member);
  share_lanes(gate);
}

void ConsumerGroup::share_lanes(Gate& gate) {
  for (const auto& lane : lanes_) {
    lane->owner = members_.empty() ? nullptr : members_[lane->number % members_.size()];
    if (lane->pumping) {
      if (lane->owner != lane->holder) lane->wake.notify();
    } else if (lane->owner && !topic_.removed()) {
      lane->pumping = true;
      lane->pumping = gate.spawn(pump(topic_.shared_from_this(), lane.get()));
    }
  }
}

void ConsumerGroup::published(std::size_t lane) {
  if (lanes_[lane]->idle) lanes_[lane]->wake.notify();
}

void ConsumerGroup::close() {
  for (const auto& lane : lanes_) lane->wake.notify();
}

void ConsumerGroup::abandon() {
  for (const auto& lane : lanes_) lane->wake.abandon();
}

Task<> ConsumerGroup::pump(std::shared_ptr<Topic> topic, Lane* lane) {
  for (;;) {
    if (lane->holder != owner_of(*lane)) co_await pass_on(lane);
    if (!lane->holder) break;
    if (lane->done == topic->lane(lane->number).end()) {
      co_await wait_for_records(lane);
    } else {
      co_await give_batch(lane);
    }
  }
  lane->pumping = false;
  // May end this group; nothing of it is touched afterwards.
  topic->sweep();
}

Task<> ConsumerGroup::pass_on(Lane* lane) {
  for (;;) {
    const MemberPtr owner = owner_of(*lane);
    if (lane->holder == owner) co_return;
    if (lane->holder) {
      const MemberPtr former = std::exchange(lane->holder, nullptr);
      former->handler.revoked(id_of(*lane));
      former->release();
      continue;
    }
    ++owner->lanes_held;
    const auto assigned = co_await owner->handler.assigned(id_of(*lane));
    if (assigned) {
      lane->holder = owner;
    } else {
      owner->release();
      co_await back_off(lane);
    }
  }
}

Task<> ConsumerGroup::wait_for_records(Lane* lane) {
  lane->idle = true;
  co_await lane->wake.wait();
  lane->idle = false;
}

Task<> ConsumerGroup::give_batch(Lane* lane) {
  LaneBatch batch = next_batch(*lane);
  const std::uint64_t end = batch.deliveries.back().offset + 1;
  lane->taken = end;
  lane->given_end = std::max(lane->given_end, end);
  const MemberPtr holder = lane->holder;
  const auto handled = co_await holder->handler.take(std::move(batch));
  if (handled) {
    lane->done = end;
    lane->retry_in = topic_.limits().retry_first;
    topic_.trim(lane->number);
    co_await holder->handler.committed(id_of(*lane));
  } else {
    lane->taken = lane->done;
    co_await back_off(lane);
    // Still ours: whoever raised its fence is no owner. A refusal comes again with the batch.
    if (handled.code() == ErrorCode::fenced && holder == owner_of(*lane)) {
      std::ignore = co_await holder->handler.assigned(id_of(*lane));
    }
  }
}

Task<> ConsumerGroup::back_off(Lane* lane) {
  const MonoTime until = topic_.timers().now() + lane->retry_in;
  lane->retry_in = std::min(lane->retry_in * 2, topic_.limits().retry_max);
  const MemberPtr owner = owner_of(*lane);
  while (owner_of(*lane) == owner && topic_.timers().now() < until) {
    co_await lane->wake.wait(topic_.timers(), until - topic_.timers().now());
  }
}

// What came back is given again as it was: a batch that grew on every try would grow without end
// while a store is away.
LaneBatch ConsumerGroup::next_batch(const Lane& lane) const {
  const LaneLog& log = topic_.lane(lane.number);
  const bool again = lane.done < lane.given_end;
  const std::uint64_t end =
      std::min(again ? lane.given_end : log.end(), lane.done + lane.holder->batch_records_max);
  LaneBatch batch{id_of(lane), {}};
  batch.deliveries.reserve(end - lane.done);
  for (std::uint64_t offset = lane.done; offset < end; ++offset) {
    const LaneRecord& record = log.at(offset);
    batch.deliveries.push_back({record.key, record.value, record.trace, offset, again});
  }
  return batch;
}

LaneId ConsumerGroup::id_of(const Lane& lane) const {
  return {topic_.name(), static_cast<std::int32_t>(lane.number)};
}

MemberPtr ConsumerGroup::owner_of(const Lane& lane) const {
  return topic_.removed() ? nullptr : lane.owner;
}

}  // namespace gochat::memory
