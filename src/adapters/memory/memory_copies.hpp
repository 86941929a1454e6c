// The copies of what the store holds, in one process.
#pragma once

#include <cstddef>
#include <list>
#include <map>
#include <string>
#include <unordered_map>

#include "adapters/memory/memory_cache.hpp"
#include "ports/hot_messages.hpp"
#include "ports/seq_proposals.hpp"
#include "ports/set_cache.hpp"

namespace gochat::memory {

struct MemoryCopiesLimits {
  std::size_t conversations_max = 4'096;  // the ones used last
  std::size_t set_bytes_max = 64 * 1024 * 1024;
};

// What a conversation has, for the conversations used last.
template <class T>
class LatelyUsed {
 public:
  explicit LatelyUsed(std::size_t conversations_max) : conversations_max_{conversations_max} {}

  // What there is, or something new.
  T& of(const ConversationId& conversation) {
    if (T* found = find(conversation)) return *found;
    if (used_.size() == conversations_max_) drop(ConversationId{used_.back().first});
    used_.emplace_front(conversation, T{});
    by_id_.emplace(conversation, used_.begin());
    return used_.front().second;
  }
  T* find(const ConversationId& conversation) {
    const auto known = by_id_.find(conversation);
    if (known == by_id_.end()) return nullptr;
    used_.splice(used_.begin(), used_, known->second);
    return &known->second->second;
  }
  void drop(const ConversationId& conversation) {
    const auto known = by_id_.find(conversation);
    if (known == by_id_.end()) return;
    used_.erase(known->second);
    by_id_.erase(known);
  }

 private:
  using Used = std::list<std::pair<ConversationId, T>>;  // the one used last in front

  const std::size_t conversations_max_;
  Used used_;
  std::unordered_map<ConversationId, typename Used::iterator> by_id_;
};

// Lives on one loop.
class MemorySeqProposals final : public SeqProposals {
 public:
  explicit MemorySeqProposals(MemoryCopiesLimits limits = {}) : last_{limits.conversations_max} {}

  Task<Result<Seq>> propose(ConversationId conversation, std::uint64_t count) override;
  Task<Result<void>> correct(ConversationId conversation, Seq last) override;

 private:
  LatelyUsed<Seq> last_;
};

// Lives on one loop.
class MemoryHotMessages final : public HotMessages {
 public:
  explicit MemoryHotMessages(MemoryCopiesLimits limits = {}) : kept_{limits.conversations_max} {}

  Task<Result<void>> put(ConversationId conversation, std::vector<HotMessage> messages) override;
  Task<Result<HotPage>> below(ConversationId conversation, Seq end, std::size_t limit) override;
  Task<Result<void>> drop(ConversationId conversation) override;

 private:
  LatelyUsed<std::map<Seq, std::string>> kept_;
};

// A set is one value of a cache. Lives on one loop.
class MemorySetCache final : public SetCache {
 public:
  explicit MemorySetCache(const Timers& timers, MemoryCopiesLimits limits = {})
      : cache_{timers, {.bytes_max = limits.set_bytes_max}} {}

  Task<Result<std::optional<Members>>> get(std::string key) override;
  Task<Result<bool>> fill(std::string key, Members members, Duration ttl) override;
  Task<Result<void>> invalidate(std::string key, std::uint64_t version,
                                Duration floor_ttl) override;

 private:
  MemoryCache cache_;
};

}  // namespace gochat::memory
