#include "adapters/sqlite/merge_plan.hpp"

#include <algorithm>
#include <tuple>

namespace gochat::sqlite {

MergePlan make_plan(const Generation& generation) {
  MergePlan plan;
  plan.rows = generation.rows;
  std::ranges::sort(plan.rows, {},
                    [](const FreshRow& row) { return std::tuple{row.conversation, row.seq}; });
  auto filter = std::make_shared<DedupFilter>(plan.rows.size());
  plan.hashes.reserve(plan.rows.size());
  for (const FreshRow& row : plan.rows) {
    plan.hashes.push_back({row.dedup_hash, row.id});
    filter->add(row.dedup_hash);
    if (plan.heads.empty() || plan.heads.back().key != row.conversation) {
      plan.heads.push_back({row.conversation, row.seq});
    }
    plan.heads.back().up_to = row.seq;
  }
  plan.filter = std::move(filter);
  std::ranges::sort(plan.hashes, {}, [](const MergePlan::Hash& entry) {
    return std::tuple{static_cast<std::int64_t>(entry.hash), entry.id};
  });
  plan.positions.reserve(generation.positions.size());
  generation.positions.each(
      [&plan](const PositionKey& key, const Mark&) { plan.positions.push_back(key); });
  std::ranges::sort(plan.positions);
  for (const auto& [session, acks] : generation.session_acks) {
    for (const auto& [key, seq] : acks) plan.acks.push_back({session, key, seq});
  }
  std::ranges::sort(plan.acks, {}, [](const MergePlan::Ack& ack) {
    return std::tuple{ack.session, ack.conversation};
  });
  return plan;
}

PendingPlan::PendingPlan(Executor& sorter, std::shared_ptr<const Generation> generation) {
  auto make = [slot = slot_, generation] {
    MergePlan plan = make_plan(*generation);
    MutexLock lock{slot->mutex};
    slot->plan = std::move(plan);
    slot->made.notify_all();
  };
  if (!sorter.post(make)) make();
}

PendingPlan::~PendingPlan() {
  MutexLock lock{slot_->mutex};
  while (!slot_->plan) slot_->made.wait(slot_->mutex);
}

// Once made it is never touched again, so it may be read without the lock.
const MergePlan* PendingPlan::ready() const {
  MutexLock lock{slot_->mutex};
  return slot_->plan ? &*slot_->plan : nullptr;
}

}  // namespace gochat::sqlite
