// Writes JSON into one string. Commas and colons are placed by it, names are trusted (they are
// literals of this code base), values are escaped. 64-bit ids are strings, times ISO-8601 in UTC.
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "domain/ids.hpp"

namespace gochat::protocol {

class JsonWriter {
 public:
  JsonWriter() = default;
  explicit JsonWriter(std::size_t bytes_expected) : out_(bytes_expected, '\0') {}

  JsonWriter& begin_object() { return open('{'); }
  JsonWriter& end_object() { return close('}'); }
  JsonWriter& begin_array() { return open('['); }
  JsonWriter& end_array() { return close(']'); }

  JsonWriter& key(std::string_view name);
  JsonWriter& text(std::string_view value);
  JsonWriter& number(std::int64_t value);
  JsonWriter& number(std::uint64_t value);
  // Finite, and no longer than it must be.
  JsonWriter& number(double value);
  JsonWriter& boolean(bool value) { return raw(value ? "true" : "false"); }
  JsonWriter& null() { return raw("null"); }
  JsonWriter& time(WallTime value);
  // A value that is JSON already.
  JsonWriter& raw(std::string_view json);
  // A 64-bit id, as a string; 0 is no id and becomes null.
  JsonWriter& id(std::int64_t number);

  JsonWriter& member(std::string_view name, std::string_view value) {
    return key(name).text(value);
  }
  JsonWriter& member(std::string_view name, const char* value) { return key(name).text(value); }
  JsonWriter& member(std::string_view name, bool value) { return key(name).boolean(value); }
  JsonWriter& member(std::string_view name, WallTime value) { return key(name).time(value); }
  JsonWriter& member(std::string_view name, const ConversationId& id) {
    return key(name).text(id.text());
  }
  template <class Tag>
  JsonWriter& member(std::string_view name, StrongId<Tag, std::int64_t> value) {
    return key(name).id(value.number());
  }
  JsonWriter& member(std::string_view name, double value) { return key(name).number(value); }
  // Seqs, event numbers and counts.
  template <class Tag>
  JsonWriter& member(std::string_view name, StrongId<Tag, std::uint64_t> value) {
    return key(name).number(value.number());
  }
  template <std::unsigned_integral Number>
    requires(!std::same_as<Number, bool>)
  JsonWriter& member(std::string_view name, Number value) {
    return key(name).number(std::uint64_t{value});
  }
  template <std::signed_integral Number>
  JsonWriter& member(std::string_view name, Number value) {
    return key(name).number(std::int64_t{value});
  }

  std::string take() && {
    out_.resize(used_);
    return std::move(out_);
  }
  std::string_view so_far() const { return {out_.data(), used_}; }

 private:
  JsonWriter& open(char bracket);
  JsonWriter& close(char bracket);
  // Where the next `bytes` may be written; next_value sets the comma before them.
  char* room(std::size_t bytes) {
    if (out_.size() - used_ < bytes) grow(bytes);
    return out_.data() + used_;
  }
  char* next_value(std::size_t bytes) {
    char* at = room(bytes + 1);
    if (comma_) {
      *at++ = ',';
      ++used_;
    }
    comma_ = true;
    return at;
  }
  void put(std::string_view bytes);
  void grow(std::size_t bytes);

  std::string out_;  // longer than what is written: growing by appends costs twice as much
  std::size_t used_ = 0;
  bool comma_ = false;  // something stands before the next value in its object or array
};

// 2025-01-01T00:00:00.000Z
std::string iso_time(WallTime time);

}  // namespace gochat::protocol
