// Open addressing from 64-bit keyed hashes to numbers. A hash may stand for several numbers:
// whoever asks compares each with its row.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace gochat::sqlite {

class HashIndex {
 public:
  void add(std::uint64_t hash, std::int64_t number) {
    if ((used_ + 1) * 2 > slots_.size()) grow();
    place({hash, number});
    ++used_;
  }

  // Visits until `visit(number)` answers true; whether one did.
  template <class Visit>
  bool find(std::uint64_t hash, Visit visit) const {
    if (slots_.empty()) return false;
    for (std::size_t at = start(hash);; at = (at + 1) & (slots_.size() - 1)) {
      const Slot& slot = slots_[at];
      if (slot.number == empty) return false;
      if (slot.hash == hash && visit(slot.number)) return true;
    }
  }

  std::size_t size() const { return used_; }

 private:
  static constexpr std::int64_t empty = -1;
  static constexpr std::size_t slots_min = 64;

  struct Slot {
    std::uint64_t hash = 0;
    std::int64_t number = empty;
  };

  // The hash is keyed, so its low bits are as good as any.
  std::size_t start(std::uint64_t hash) const { return hash & (slots_.size() - 1); }

  void place(Slot slot) {
    std::size_t at = start(slot.hash);
    while (slots_[at].number != empty) at = (at + 1) & (slots_.size() - 1);
    slots_[at] = slot;
  }

  void grow() {
    std::vector<Slot> old(slots_.empty() ? slots_min : slots_.size() * 2);
    old.swap(slots_);
    for (const Slot& slot : old) {
      if (slot.number != empty) place(slot);
    }
  }

  std::vector<Slot> slots_;
  std::size_t used_ = 0;
};

}  // namespace gochat::sqlite
