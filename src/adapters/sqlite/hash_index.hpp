// Open addressing from 64-bit keyed hashes to positive numbers. A hash may stand for several
// numbers: whoever asks compares each with its row.
#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>

#include "adapters/sqlite/zeroed_array.hpp"

namespace gochat::sqlite {

class HashIndex {
 public:
  HashIndex() = default;
  // Grows beyond `expected`, but at a cost.
  explicit HashIndex(std::size_t expected) : slots_{std::bit_ceil(expected * 2 + 1)} {}

  void add(std::uint64_t hash, std::int64_t number) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    place({hash, number});
    ++used_;
  }

  // Visits until `visit(number)` answers true; whether one did.
  template <class Visit>
  bool find(std::uint64_t hash, Visit visit) const {
    if (slots_.size() == 0) return false;
    for (std::size_t at = start(hash);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.number == 0) return false;
      if (slot.hash == hash && visit(slot.number)) return true;
    }
  }

  std::size_t size() const { return used_; }

 private:
  static constexpr std::size_t slots_min = 64;

  struct Slot {
    std::uint64_t hash;
    std::int64_t number;  // 0: empty
  };

  // The hash is keyed, so its low bits are as good as any.
  std::size_t start(std::uint64_t hash) const { return hash & (slots_.size() - 1); }

  void place(Slot slot) {
    std::size_t at = start(slot.hash);
    while (slots_[at].number != 0) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }

  void grow() {
    ZeroedArray<Slot> old{slots_.size() == 0 ? slots_min : slots_.size() * 2};
    std::swap(old, slots_);
    for (const Slot& slot : old) {
      if (slot.number != 0) place(slot);
    }
  }

  ZeroedArray<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace gochat::sqlite
