#pragma once

#include <cstddef>
#include <list>
#include <string>
#include <unordered_map>

#include "ports/cache.hpp"

namespace gochat::memory {

struct MemoryCacheLimits {
  std::size_t bytes_max = 64 * 1024 * 1024;
};

// The values used last, up to so many bytes. A removal is an entry too, without a value: its
// version holds older fills off until its time is over or the bytes are needed. Lives on one loop.
class MemoryCache final : public Cache {
 public:
  explicit MemoryCache(const Timers& timers, MemoryCacheLimits limits = {})
      : timers_{timers}, limits_{limits} {}

  Task<Result<std::optional<Value>>> get(std::string key) override;
  Task<Result<std::uint64_t>> stamp(std::string key) override;
  Task<Result<bool>> fill(std::string key, Value value, Duration ttl) override;
  Task<Result<void>> invalidate(std::string key, std::uint64_t version,
                                Duration floor_ttl) override;

  std::size_t bytes() const { return bytes_; }

 private:
  struct Entry {
    std::string key;
    std::optional<std::string> value;
    std::uint64_t version = 0;
    MonoTime ends;

    std::size_t bytes() const { return sizeof *this + key.size() + (value ? value->size() : 0); }
  };
  using Entries = std::list<Entry>;  // the one used last in front

  // None when there is no entry or its time is over.
  Entry* live(const std::string& key);
  void put(Entry entry);
  void drop(Entries::iterator entry);

  const Timers& timers_;
  const MemoryCacheLimits limits_;
  Entries entries_;
  std::unordered_map<std::string_view, Entries::iterator> by_key_;
  std::size_t bytes_ = 0;
  std::uint64_t last_stamp_ = 0;
};

}  // namespace gochat::memory
