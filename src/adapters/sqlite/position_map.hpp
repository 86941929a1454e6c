// How far people got in conversations, by open addressing: a position moves with every message, and
// a node of its own for each would cost more than the message's row.
#pragma once

#include <algorithm>
#include <bit>
#include <compare>
#include <cstdint>

#include "adapters/sqlite/zeroed_array.hpp"
#include "domain/ids.hpp"

namespace gochat::sqlite {

// What the tables call a conversation: a number, where the id is a text of up to 64 bytes.
using ConversationKey = StrongId<struct ConversationKeyTag>;

struct PositionKey {
  UserId user;
  ConversationKey conversation;
  auto operator<=>(const PositionKey&) const = default;
};

// Each number only rises.
struct Mark {
  Seq read;
  Seq ack;
  void raise(const Mark& by) {
    read = std::max(read, by.read);
    ack = std::max(ack, by.ack);
  }
};

class PositionMap {
 public:
  PositionMap() = default;
  // Grows beyond `expected`, but at a cost.
  explicit PositionMap(std::size_t expected) : slots_{std::bit_ceil(expected * 2 + 1)} {}

  void raise(const PositionKey& key, const Mark& mark) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    Slot& slot = slots_[place_of(key)];
    if (!slot.key.conversation) {
      slot.key = key;
      ++used_;
    }
    slot.mark.raise(mark);
  }

  const Mark* find(const PositionKey& key) const {
    if (slots_.size() == 0) return nullptr;
    const Slot& slot = slots_[place_of(key)];
    return slot.key.conversation ? &slot.mark : nullptr;
  }

  template <class Visit>
  void each(Visit visit) const {
    for (const Slot& slot : slots_) {
      if (slot.key.conversation) visit(slot.key, slot.mark);
    }
  }

  std::size_t size() const { return used_; }

 private:
  static constexpr std::size_t slots_min = 16;

  struct Slot {
    PositionKey key;  // the conversation is 0: empty
    Mark mark;
  };

  // Ids are dense or Snowflakes; the multiplication spreads both over the high bits.
  std::size_t place_of(const PositionKey& key) const {
    const auto user = static_cast<std::uint64_t>(key.user.number()) * 0x9e3779b97f4a7c15ULL;
    const auto conversation = static_cast<std::uint64_t>(key.conversation.number());
    const std::uint64_t hash = (user ^ (user >> 29) ^ conversation) * 0xbf58476d1ce4e5b9ULL;
    std::size_t at = static_cast<std::size_t>(hash >> 32) & (slots_.size() - 1);
    while (slots_[at].key.conversation && slots_[at].key != key) {
      at = (at + 1) & (slots_.size() - 1);
    }
    return at;
  }

  void grow() {
    ZeroedArray<Slot> old{slots_.size() == 0 ? slots_min : slots_.size() * 2};
    std::swap(old, slots_);
    for (const Slot& slot : old) {
      if (slot.key.conversation) slots_[place_of(slot.key)] = slot;
    }
  }

  ZeroedArray<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace gochat::sqlite
