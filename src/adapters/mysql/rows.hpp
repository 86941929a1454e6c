// What a statement answered.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string_view>

#include "domain/ids.hpp"

namespace gochat::mysql {

struct Answered;  // the library's rows

// One row; it lives as long as the Rows it is of. A column that is not of the type asked for, which
// only another schema can bring about, reads as zero or as an empty text.
class Row {
 public:
  Row(const Answered& answered, std::size_t number) : answered_{&answered}, number_{number} {}

  bool is_null(std::size_t column) const;
  std::int64_t int64(std::size_t column) const;
  std::uint64_t uint64(std::size_t column) const;
  std::string_view text(std::size_t column) const;  // also of binary columns

  bool flag(std::size_t column) const { return int64(column) != 0; }
  WallTime time(std::size_t column) const { return wall_time(int64(column)); }
  template <class Id>
  Id id(std::size_t column) const {
    return Id{static_cast<typename Id::number_type>(int64(column))};
  }
  template <class Enum>
  Enum one_of(std::size_t column) const {
    return static_cast<Enum>(int64(column));
  }

 private:
  const Answered* answered_;
  std::size_t number_;
};

class Rows {
 public:
  explicit Rows(std::shared_ptr<const Answered> answered) : answered_{std::move(answered)} {}

  std::size_t size() const;
  bool empty() const { return size() == 0; }
  Row operator[](std::size_t number) const { return {*answered_, number}; }
  // Of an update that found a row and changed it to what it was before: none.
  std::uint64_t affected() const;
  std::uint64_t inserted_id() const;

  class Each {
   public:
    Each(const Answered& answered, std::size_t number) : answered_{&answered}, number_{number} {}
    Row operator*() const { return {*answered_, number_}; }
    Each& operator++() {
      ++number_;
      return *this;
    }
    bool operator==(const Each& other) const { return number_ == other.number_; }

   private:
    const Answered* answered_;
    std::size_t number_;
  };
  Each begin() const { return {*answered_, 0}; }
  Each end() const { return {*answered_, size()}; }

 private:
  std::shared_ptr<const Answered> answered_;
};

}  // namespace gochat::mysql
