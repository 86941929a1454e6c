#include "adapters/memory/memory_cache.hpp"

#include <algorithm>
#include <utility>

namespace gochat::memory {

MemoryCache::Entry* MemoryCache::live(const std::string& key) {
  const auto found = by_key_.find(key);
  if (found == by_key_.end()) return nullptr;
  const auto entry = found->second;
  if (entry->ends <= timers_.now()) {
    drop(entry);
    return nullptr;
  }
  entries_.splice(entries_.begin(), entries_, entry);
  return &*entry;
}

void MemoryCache::drop(Entries::iterator entry) {
  bytes_ -= entry->bytes();
  by_key_.erase(entry->key);
  entries_.erase(entry);
}

void MemoryCache::put(Entry entry) {
  if (const auto old = by_key_.find(entry.key); old != by_key_.end()) drop(old->second);
  const std::size_t bytes = entry.bytes();
  if (bytes > limits_.bytes_max) return;
  while (bytes_ + bytes > limits_.bytes_max) drop(std::prev(entries_.end()));
  entries_.push_front(std::move(entry));
  by_key_.emplace(entries_.front().key, entries_.begin());
  bytes_ += bytes;
}

Task<Result<std::optional<Cache::Value>>> MemoryCache::get(std::string key) {
  const Entry* entry = live(key);
  if (entry == nullptr || !entry->value) co_return std::optional<Value>{};
  co_return std::optional<Value>{{*entry->value, entry->version}};
}

Task<Result<std::uint64_t>> MemoryCache::stamp(std::string key) {
  const Entry* present = live(key);
  const std::uint64_t floor = present != nullptr ? present->version : 0;
  last_stamp_ = std::max(last_stamp_, floor) + 1;
  co_return last_stamp_;
}

Task<Result<bool>> MemoryCache::fill(std::string key, Value value, Duration ttl) {
  const Entry* present = live(key);
  if (present != nullptr && value.version <= present->version) co_return false;
  put({std::move(key), std::move(value.bytes), value.version, timers_.now() + ttl});
  co_return true;
}

Task<Result<void>> MemoryCache::invalidate(std::string key, std::uint64_t version,
                                           Duration floor_ttl) {
  const Entry* present = live(key);
  const std::uint64_t floor = std::max(version, present != nullptr ? present->version : 0);
  put({std::move(key), std::nullopt, floor, timers_.now() + floor_ttl});
  co_return Result<void>{};
}

}  // namespace gochat::memory
