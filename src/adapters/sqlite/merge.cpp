#include "adapters/sqlite/merge.hpp"

#include <algorithm>

#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

// Of a filter's bytes in one row: 16 pages of the database.
constexpr std::size_t filter_part_bytes = 64 * 1024;

}  // namespace

Merge::Merge(Connection& db, Recent& recent, DedupTables& dedup, Executor& sorter, Limits limits)
    : db_{db}, recent_{recent}, dedup_{dedup}, sorter_{sorter}, limits_{limits} {}

Result<void> Merge::slice(std::size_t rows) {
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
  plan_.emplace(sorter_, frozen_);
  const auto generations = dedup_.generations();
  generation_ = generations->empty() ? 1 : generations->back().number + 1;
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
  const auto bytes = plan.filter->bytes();
  const std::size_t from = cursor_.at * filter_part_bytes;
  if (plan.rows.empty() || from >= bytes.size()) {
    next_step();
    return {};
  }
  const auto part = bytes.subspan(from, std::min(filter_part_bytes, bytes.size() - from));
  // A page of it costs as much as a few rows.
  cursor_.operations += part.size() / 1024;
  return execute(db_, "INSERT OR REPLACE INTO dedup_filters VALUES (?, ?, ?)", generation_,
                 cursor_.at++, Blob{part});
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

void Merge::committed() {
  committed_ = cursor_;
  for (const MergePlan::Head& head : heads_done_) recent_.merged(head.key, head.up_to);
  heads_done_.clear();
  if (!plan_ || committed_.step != Step::done) return;
  // The tables are asked from here on before memory stops answering.
  const MergePlan& plan = *plan_->ready();
  if (!plan.rows.empty()) {
    DedupGenerations generations = *dedup_.generations();
    generations.push_back({generation_, 0, plan.rows.size(), plan.filter});
    dedup_.replace(std::move(generations));
  }
  recent_.merge_finished();
  plan_.reset();
  frozen_.reset();
}

void Merge::rolled_back() {
  cursor_ = committed_;
  heads_done_.clear();
}

}  // namespace gochat::sqlite
