#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string>

#include "async/timer.hpp"

namespace gochat::memory {

struct LaneRecord {
  std::string key;
  std::string value;
  std::string trace;
  MonoTime at;

  std::size_t bytes() const { return sizeof *this + key.size() + value.size() + trace.size(); }
};

// The records of one lane that some group has not finished yet, by offset.
class LaneLog {
 public:
  std::uint64_t begin() const { return begin_; }
  std::uint64_t end() const { return begin_ + records_.size(); }
  const LaneRecord& at(std::uint64_t offset) const { return records_[offset - begin_]; }

  void append(LaneRecord record) { records_.push_back(std::move(record)); }

  struct Dropped {
    std::size_t records = 0;
    std::size_t bytes = 0;
  };
  Dropped drop_below(std::uint64_t offset) {
    Dropped dropped;
    for (; begin_ < offset && !records_.empty(); ++begin_) {
      dropped.bytes += records_.front().bytes();
      ++dropped.records;
      records_.pop_front();
    }
    return dropped;
  }

 private:
  std::uint64_t begin_ = 0;
  std::deque<LaneRecord> records_;
};

}  // namespace gochat::memory
