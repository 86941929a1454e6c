// A map that keeps the entries that were used last and forgets the others. For what can be read
// again: forgetting costs time, never an answer.
#pragma once

#include <cstddef>
#include <list>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/assert.hpp"

namespace gochat {

template <class Key, class Value>
class BoundedMap {
 public:
  explicit BoundedMap(std::size_t entries_max) : entries_max_{entries_max} {
    GOCHAT_ASSERT(entries_max > 0);
  }

  // Counts as a use. The pointer is good until the next put.
  Value* find(const Key& key) {
    const auto at = places_.find(key);
    if (at == places_.end()) return nullptr;
    entries_.splice(entries_.begin(), entries_, at->second);
    return &at->second->second;
  }

  // What had to be forgotten for it, if anything.
  std::optional<Value> put(const Key& key, Value value) {
    if (Value* there = find(key)) {
      *there = std::move(value);
      return std::nullopt;
    }
    std::optional<Value> forgotten;
    if (entries_.size() == entries_max_) forgotten = drop_oldest();
    entries_.emplace_front(key, std::move(value));
    places_.emplace(key, entries_.begin());
    return forgotten;
  }

  // The map must not be empty.
  Value drop_oldest() {
    GOCHAT_ASSERT(!entries_.empty());
    Value value = std::move(entries_.back().second);
    places_.erase(entries_.back().first);
    entries_.pop_back();
    return value;
  }

  void erase(const Key& key) {
    const auto at = places_.find(key);
    if (at == places_.end()) return;
    entries_.erase(at->second);
    places_.erase(at);
  }

  std::size_t size() const { return entries_.size(); }

 private:
  using Entries = std::list<std::pair<Key, Value>>;
  std::size_t entries_max_;
  Entries entries_;  // used last first
  std::unordered_map<Key, typename Entries::iterator> places_;
};

}  // namespace gochat
