#include "adapters/sqlite/merge.hpp"

#include <algorithm>

#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/write.hpp"
#include "base/fault.hpp"
#include "base/log.hpp"

namespace gochat::sqlite {
Merge::Merge(Connection& db, Recent& recent, DedupTables& dedup, Executor& sorter, Limits limits)
    : db_{db},
      recent_{recent},
      dedup_{dedup},
      sorter_{sorter},
      limits_{limits},
      tiers_{db, dedup} {}

Result<void> Merge::slice(std::size_t rows) {
  if (failure_) return {};
  auto done = slice_plan(rows);
  // Each row is copied, and its old place deleted, about once per level.
  if (done)
    done = tiers_.slice(std::clamp(2 * rows, limits_.slice_rows_min, limits_.slice_rows_max));
  if (!done && !is_environment(done.error())) {
    failure_ = done.error();
    log::error("merging has stopped: check the store and open it again",
               {{log::Field::component, "store"}, {log::Field::reason, failure_->detail}});
  }
  return done;
}

Result<void> Merge::may_go_on() const {
  if (!failure_ || recent_.filling_rows() < 2 * limits_.rows) return {};
  return gochat::failed(ErrorCode::unavailable, "memory is full of what cannot be merged");
}

Result<void> Merge::slice_plan(std::size_t rows) {
  freeze_when_full();
  const MergePlan* plan = plan_ ? plan_->ready() : nullptr;
  if (plan == nullptr) return {};
  const std::size_t until = cursor_.operations + debt(rows, *plan);
  while (cursor_.step != Step::done && cursor_.operations < until) {
    if (auto done = run_step(*plan, until - cursor_.operations); !done) return done;
  }
  return {};
}

void Merge::freeze_when_full() {
  if (plan_) return;
  if (recent_.filling_rows() < limits_.rows && recent_.filling_positions() < limits_.rows) return;
  frozen_ = recent_.freeze();
  plan_ = std::make_unique<PendingPlan>(sorter_, frozen_);
  generation_ = tiers_.take_number();
  committed_ = cursor_ = Cursor{};
}

// What is left of this merge is spread over the rows that may still come before the next one is
// due.
std::size_t Merge::debt(std::size_t rows, const MergePlan& plan) const {
  const std::size_t filling = std::max(recent_.filling_rows(), recent_.filling_positions());
  const std::size_t left = plan.operations() - std::min(plan.operations(), cursor_.operations);
  const std::size_t room = limits_.rows > filling ? limits_.rows - filling : 1;
  return std::clamp(rows * (left / room + 1), limits_.slice_rows_min, limits_.slice_rows_max);
}

void Merge::next_step() {
  cursor_.step = static_cast<Step>(static_cast<int>(cursor_.step) + 1);
  cursor_.at = 0;
}

template <class Element, class Write>
Result<void> Merge::each(const std::vector<Element>& elements, std::size_t most, Write write) {
  const std::size_t end = std::min(elements.size(), cursor_.at + most);
  for (; cursor_.at < end; ++cursor_.at, ++cursor_.operations) {
    if (auto written = write(elements[cursor_.at]); !written) return written;
  }
  if (end == elements.size()) next_step();
  return {};
}

Result<void> Merge::run_step(const MergePlan& plan, std::size_t most) {
  switch (cursor_.step) {
    case Step::order:
      return each(plan.rows, most, [this](const FreshRow& row) {
        return execute(db_, "INSERT OR IGNORE INTO message_order VALUES (?, ?, ?)",
                       row.conversation, row.seq, row.id);
      });
    case Step::hashes:
      return each(plan.hashes, most, [this](const MergePlan::Hash& entry) {
        return execute(db_, "INSERT OR IGNORE INTO message_dedup VALUES (?, ?, ?)", generation_,
                       entry.hash, entry.id);
      });
    case Step::filter:
      return write_filter(plan);
    case Step::heads:
      return each(plan.heads, most,
                  [this](const MergePlan::Head& head) { return write_head(head); });
    case Step::positions:
      return each(plan.positions, most,
                  [this](const PositionKey& key) { return write_position(key); });
    case Step::acks:
      return each(plan.acks, most, [this](const MergePlan::Ack& ack) {
        return execute(db_,
                       "INSERT INTO session_positions VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET "
                       "ack_seq = max(ack_seq, excluded.ack_seq)",
                       ack.session, ack.conversation, ack.seq);
      });
    case Step::trim:
      return trim_position_log(most);
    case Step::finish:
      return finish(plan);
    case Step::done:
      return {};
  }
  return {};
}

Result<void> Merge::write_filter(const MergePlan& plan) {
  if (plan.rows.empty() || cursor_.at * filter_part_bytes >= plan.filter->bytes().size()) {
    next_step();
    return {};
  }
  // A kilobyte of it costs about as much as a row.
  cursor_.operations += filter_part_bytes / 1024;
  return save_filter_part(db_, generation_, *plan.filter, cursor_.at++);
}

// As it is now, not as it was when the merge began: a recall in between must stand.
Result<void> Merge::write_head(const MergePlan::Head& head) {
  const SharedHead now = recent_.head(head.key);
  auto written = execute(db_, "INSERT OR REPLACE INTO heads VALUES (?, ?, ?, ?, ?, ?)", head.key,
                         now->last_seq, now->last_message_id, now->last_sender,
                         ms(now->last_message_at), now->last_preview);
  heads_done_.push_back(head);
  return written;
}

Result<void> Merge::write_position(const PositionKey& key) {
  const Mark mark = recent_.mark(key);
  return execute(db_,
                 "INSERT INTO read_positions (user_id, conversation, read_seq, ack_seq) "
                 "VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE SET read_seq = max(read_seq, "
                 "excluded.read_seq), ack_seq = max(ack_seq, excluded.ack_seq)",
                 key.user, key.conversation, mark.read, mark.ack);
}

Result<void> Merge::trim_position_log(std::size_t most) {
  auto trimmed = execute(db_,
                         "DELETE FROM position_log WHERE id IN (SELECT id FROM position_log WHERE "
                         "id <= ? ORDER BY id LIMIT ?)",
                         frozen_->last_position, most);
  if (!trimmed) return trimmed;
  const auto count = static_cast<std::size_t>(db_.changes());
  cursor_.operations += count;
  if (count < most) next_step();
  return {};
}

Result<void> Merge::finish(const MergePlan& plan) {
  if (!plan.rows.empty()) {
    auto registered = execute(db_, "INSERT INTO dedup_generations VALUES (?, 0, ?)", generation_,
                              plan.rows.size());
    if (!registered) return registered;
  }
  next_step();
  return execute(db_,
                 "UPDATE meta SET message_watermark = max(message_watermark, ?), "
                 "position_watermark = max(position_watermark, ?)",
                 frozen_->last_message, frozen_->last_position);
}

bool Merge::committed() {
  tiers_.committed();
  committed_ = cursor_;
  for (const MergePlan::Head& head : heads_done_) recent_.merged(head.key, head.up_to);
  heads_done_.clear();
  if (!plan_) return false;
  if (committed_.step != Step::done) {
    if (committed_.operations != 0) GOCHAT_FAULT_POINT(merge_slice);
    return false;
  }
  // The tables are asked from here on before memory stops answering.
  const MergePlan& plan = *plan_->ready();
  if (!plan.rows.empty()) {
    DedupGenerations generations = *dedup_.generations();
    generations.push_back({generation_, 0, plan.rows.size(), plan.filter});
    dedup_.replace(std::move(generations));
  }
  recent_.merge_finished();
  // Megabytes are given back elsewhere; where nobody takes them they are given back here.
  static_cast<void>(
      sorter_.post([gone_plan = std::move(plan_), gone = std::exchange(frozen_, nullptr)] {}));
  return true;
}

void Merge::rolled_back() {
  tiers_.rolled_back();
  cursor_ = committed_;
  heads_done_.clear();
}

}  // namespace gochat::sqlite
