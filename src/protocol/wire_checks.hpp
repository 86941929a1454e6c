// Reading numbers and texts of records that may come from anywhere. The first wrong one is kept;
// what is read after it does not matter.
#pragma once

#include <limits>
#include <string>
#include <string_view>

#include "base/result.hpp"
#include "base/utf8.hpp"
#include "domain/ids.hpp"

namespace gochat::protocol {

class WireChecks {
 public:
  std::string text(const std::string& bytes, std::size_t bytes_max, std::string_view what) {
    if (bytes.size() > bytes_max) wrong(what, "is too long");
    if (!count_code_points(bytes)) wrong(what, "is not UTF-8");
    return bytes;
  }

  template <class Id>
  Id id(std::uint64_t number, std::string_view what) {
    if (number > std::numeric_limits<std::int64_t>::max()) wrong(what, "is out of range");
    return Id{static_cast<std::int64_t>(number)};
  }

  template <class Id>
  Id needed_id(std::uint64_t number, std::string_view what) {
    if (number == 0) wrong(what, "is missing");
    return id<Id>(number, what);
  }

  // Stores keep these as signed numbers.
  template <class Number>
  Number count(std::uint64_t number, std::string_view what) {
    if (number > std::numeric_limits<std::int64_t>::max()) wrong(what, "is out of range");
    return Number{number};
  }

  WallTime time(std::int64_t at_ms, std::string_view what) {
    constexpr std::int64_t year_10000 = 253'402'300'800'000;
    if (at_ms < 0 || at_ms >= year_10000) wrong(what, "is out of range");
    return wall_time(at_ms);
  }

  void wrong(std::string_view what, std::string_view how) {
    if (first_.empty()) first_ = "record: " + std::string{what} + " " + std::string{how};
  }

  bool passed() const { return first_.empty(); }
  Error error() const { return failed(ErrorCode::invalid_params, first_); }

 private:
  std::string first_;
};

}  // namespace gochat::protocol
