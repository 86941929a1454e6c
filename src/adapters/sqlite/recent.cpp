#include "adapters/sqlite/recent.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace gochat::sqlite {
namespace {

// What one message weighs beside its texts: the object, its control block and its place in the
// queues.
constexpr std::size_t hot_row_bytes = sizeof(Message) + 96;

std::size_t weight(const Message& message) {
  return hot_row_bytes + message.content.size() + message.client_msg_id.size();
}

std::uint64_t distance(Seq from, Seq to) { return to.number() - from.number(); }

}  // namespace

std::optional<ConversationKey> Recent::key_of(const ConversationId& id) const {
  MutexLock lock{mutex_};
  const auto found = keys_.find(id);
  if (found == keys_.end()) return std::nullopt;
  return found->second;
}

std::optional<Recent::Found> Recent::find(const ConversationId& id) const {
  MutexLock lock{mutex_};
  const auto found = keys_.find(id);
  if (found == keys_.end()) return std::nullopt;
  return Found{found->second, live_.at(found->second).head};
}

SharedHead Recent::head(ConversationKey key) const {
  MutexLock lock{mutex_};
  const auto found = live_.find(key);
  return found == live_.end() ? nullptr : found->second.head;
}

namespace {

struct Cut {
  std::size_t at;
  std::size_t count;
};

// Which of `size` neighbours, the first of them at `first`, are asked for.
Cut cut(const Recent::Range& range, Seq first, std::size_t size) {
  const std::uint64_t low = std::max(range.from, first).number();
  const std::uint64_t high = std::min(range.to.number() + 1, first.number() + size);
  if (low >= high) return {0, 0};
  const auto whole = static_cast<std::size_t>(high - low);
  const std::size_t count = std::min(whole, range.limit);
  const std::size_t skip = range.newest_first ? whole - count : 0;
  return {static_cast<std::size_t>(low - first.number()) + skip, count};
}

template <class Sequence, class Value>
void copy_cut(const Sequence& from, Cut cut, std::vector<Value>& to) {
  const auto begin = from.begin() + static_cast<std::ptrdiff_t>(cut.at);
  to.assign(begin, begin + static_cast<std::ptrdiff_t>(cut.count));
}

}  // namespace

RecentView Recent::view(ConversationKey key,
                        const std::function<Range(const Conversation&)>& range_of) const {
  MutexLock lock{mutex_};
  RecentView view;
  const auto found = live_.find(key);
  if (found == live_.end()) return view;
  const Live& live = found->second;
  view.head = live.head;
  const Range range = range_of(*live.head);
  if (!live.unmerged.empty()) {
    const Cut ids = cut(range, live.unmerged_from, live.unmerged.size());
    view.unmerged_from = Seq{live.unmerged_from.number() + ids.at};
    copy_cut(live.unmerged, ids, view.unmerged);
  }
  if (!live.hot.empty())
    copy_cut(live.hot, cut(range, live.hot.front()->seq, live.hot.size()), view.hot);
  return view;
}

Mark Recent::mark_locked(const PositionKey& key) const {
  Mark mark;
  if (const Mark* filling = filling_.positions.find(key)) mark.raise(*filling);
  if (frozen_) {
    if (const Mark* frozen = frozen_->positions.find(key)) mark.raise(*frozen);
  }
  return mark;
}

Mark Recent::mark(const PositionKey& key) const {
  MutexLock lock{mutex_};
  return mark_locked(key);
}

std::vector<Recent::Overlay> Recent::overlay(UserId user,
                                             const std::vector<ConversationKey>& keys) const {
  MutexLock lock{mutex_};
  std::vector<Overlay> overlays;
  overlays.reserve(keys.size());
  for (const ConversationKey key : keys) {
    const auto found = live_.find(key);
    overlays.push_back(
        {found == live_.end() ? nullptr : found->second.head, mark_locked({user, key})});
  }
  return overlays;
}

std::vector<std::pair<ConversationKey, Seq>> Recent::session_acks(SessionId session) const {
  MutexLock lock{mutex_};
  std::vector<std::pair<ConversationKey, Seq>> acks;
  const auto add = [&](const Generation& generation) {
    const auto found = generation.session_acks.find(session);
    if (found == generation.session_acks.end()) return;
    acks.insert(acks.end(), found->second.begin(), found->second.end());
  };
  add(filling_);
  if (frozen_) add(*frozen_);
  return acks;
}

std::vector<MessageId> Recent::candidates(std::uint64_t hash) const {
  MutexLock lock{mutex_};
  std::vector<MessageId> ids;
  const auto add = [&ids](std::int64_t id) {
    ids.emplace_back(id);
    return false;
  };
  filling_.ids_by_hash.find(hash, add);
  if (frozen_) frozen_->ids_by_hash.find(hash, add);
  return ids;
}

void Recent::publish(Published published) {
  MutexLock lock{mutex_};
  for (Published::Head& head : published.heads) {
    const auto [at, is_new] = live_.try_emplace(head.key);
    if (is_new) {
      keys_.emplace(head.head->id, head.key);
      head_order_.push_back(head.key);
    }
    at->second.head = std::move(head.head);
  }
  for (Published::Row& row : published.rows) add_row(std::move(row));
  for (const Published::Row& row : published.recalled) replace_row(row);
  for (const Published::Position& position : published.positions) {
    filling_.positions.raise(position.key, position.mark);
  }
  for (const Published::Ack& acked : published.acks) {
    Seq& ack = filling_.session_acks[acked.session][acked.key];
    ack = std::max(ack, acked.seq);
  }
  filling_.last_position = std::max(filling_.last_position, published.last_position);
  forget_oldest_rows();
  forget_idle_heads();
}

void Recent::add_row(Published::Row row) {
  Live& live = live_[row.key];
  const Message& message = *row.message;
  filling_.rows.push_back({row.key, message.seq, message.id, row.dedup_hash});
  filling_.ids_by_hash.add(row.dedup_hash, message.id.number());
  filling_.last_message = message.id;
  if (live.unmerged.empty()) live.unmerged_from = message.seq;
  GOCHAT_ASSERT(distance(live.unmerged_from, message.seq) == live.unmerged.size());
  live.unmerged.push_back(message.id);
  // A conversation that comes back after all its rows were forgotten starts a new run.
  GOCHAT_ASSERT(live.hot.empty() || distance(live.hot.back()->seq, message.seq) == 1);
  hot_bytes_ += weight(message);
  hot_order_.push_back(row.key);
  live.hot.push_back(std::move(row.message));
}

void Recent::replace_row(const Published::Row& row) {
  const auto found = live_.find(row.key);
  if (found == live_.end() || found->second.hot.empty()) return;
  auto& hot = found->second.hot;
  const Seq seq = row.message->seq;
  if (seq < hot.front()->seq || seq > hot.back()->seq) return;
  SharedMessage& place = hot[distance(hot.front()->seq, seq)];
  hot_bytes_ -= weight(*place) - weight(*row.message);
  place = row.message;
}

void Recent::forget_oldest_rows() {
  while (hot_bytes_ > limits_.hot_bytes_max) {
    auto& hot = live_.at(hot_order_.front()).hot;
    hot_bytes_ -= weight(*hot.front());
    hot.pop_front();
    hot_order_.pop_front();
  }
}

// Only a conversation that the tables answer for alone may go; one that cannot is asked again a
// full round later. A commit pays for a few steps, so that no commit pays for many.
void Recent::forget_idle_heads() {
  constexpr int steps_max = 64;
  for (int n = 0; n < steps_max && live_.size() > limits_.heads_max; ++n) {
    const ConversationKey key = head_order_.front();
    head_order_.pop_front();
    const auto found = live_.find(key);
    if (found->second.unmerged.empty() && found->second.hot.empty()) {
      keys_.erase(found->second.head->id);
      live_.erase(found);
    } else {
      head_order_.push_back(key);
    }
  }
}

std::size_t Recent::filling_rows() const {
  MutexLock lock{mutex_};
  return filling_.rows.size();
}

std::size_t Recent::filling_positions() const {
  MutexLock lock{mutex_};
  return filling_.positions.size();
}

std::shared_ptr<const Generation> Recent::freeze() {
  MutexLock lock{mutex_};
  GOCHAT_ASSERT(!frozen_);
  frozen_ =
      std::make_shared<const Generation>(std::exchange(filling_, Generation{limits_.merge_rows}));
  return frozen_;
}

void Recent::merged(ConversationKey key, Seq up_to) {
  MutexLock lock{mutex_};
  const auto found = live_.find(key);
  GOCHAT_ASSERT(found != live_.end());
  Live& live = found->second;
  if (live.unmerged.empty() || up_to < live.unmerged_from) return;
  const std::uint64_t count = distance(live.unmerged_from, up_to) + 1;
  GOCHAT_ASSERT(count <= live.unmerged.size());
  live.unmerged.erase(live.unmerged.begin(),
                      live.unmerged.begin() + static_cast<std::ptrdiff_t>(count));
  live.unmerged_from = Seq{up_to.number() + 1};
}

// Megabytes are given back after the lock.
void Recent::merge_finished() {
  std::shared_ptr<const Generation> gone;
  MutexLock lock{mutex_};
  GOCHAT_ASSERT(frozen_);
  gone = std::exchange(frozen_, nullptr);
}

}  // namespace gochat::sqlite
