#include "protocol/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace gochat::protocol {
namespace {

constexpr std::size_t digits_max = 20;
constexpr std::size_t double_bytes_max = 24;  // -1.7976931348623157e+308

constexpr std::array<bool, 256> must_escape = [] {
  std::array<bool, 256> table{};
  for (std::size_t n = 0; n < 0x20; ++n) table[n] = true;
  table['"'] = table['\\'] = true;
  return table;
}();

// Whether one of eight bytes is below 0x20, a quote or a backslash, by the usual borrow trick: it
// may say yes for the byte above such a one, never no.
bool may_hold_escape(const char* eight) {
  constexpr std::uint64_t ones = 0x0101010101010101ULL;
  constexpr std::uint64_t highs = 0x8080808080808080ULL;
  std::uint64_t word;
  std::memcpy(&word, eight, sizeof word);
  const auto has_zero = [](std::uint64_t w) { return (w - ones) & ~w & highs; };
  const auto below_space = (word - ones * 0x20) & ~word & highs;
  return (below_space | has_zero(word ^ (ones * '"')) | has_zero(word ^ (ones * '\\'))) != 0;
}

std::size_t plain_prefix(std::string_view text) {
  std::size_t at = 0;
  while (at + 8 <= text.size() && !may_hold_escape(text.data() + at)) at += 8;
  // The rest of a clean text is looked at as its last eight bytes, some of them again.
  if (at + 8 > text.size() && text.size() >= 8 && !may_hold_escape(text.data() + text.size() - 8)) {
    return text.size();
  }
  while (at < text.size() && !must_escape[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

// As JSON writes the one character that must not stand as it is; at most 6 bytes.
constexpr std::size_t escape_bytes_max = 6;

std::size_t put_escape(char* at, char c) {
  constexpr std::string_view hex = "0123456789abcdef";
  constexpr std::string_view plain = "\"\\\n\r\t";
  constexpr std::string_view named = "\"\\nrt";
  at[0] = '\\';
  if (const auto known = plain.find(c); known != std::string_view::npos) {
    at[1] = named[known];
    return 2;
  }
  std::memcpy(at + 1, "u00", 3);
  at[4] = hex[static_cast<unsigned char>(c) >> 4];
  at[5] = hex[c & 15];
  return escape_bytes_max;
}

// `width` digits with leading zeros.
void put_digits(char* at, unsigned value, int width) {
  for (int n = width - 1; n >= 0; --n, value /= 10) at[n] = static_cast<char>('0' + value % 10);
}

constexpr std::size_t iso_time_bytes = 24;

void put_iso_time(char* at, WallTime time) {
  // Four digits of a year is what the format has; what lies outside is no time of ours anyway.
  constexpr auto first = wall_time(-62'167'219'200'000);  // 0000-01-01
  constexpr auto last = wall_time(253'402'300'799'999);   // 9999-12-31
  const auto shown = std::clamp(time, first, last);
  const auto day = std::chrono::floor<std::chrono::days>(shown);
  const std::chrono::year_month_day date{day};
  const auto in_day = static_cast<unsigned>((shown - day).count());
  std::memcpy(at, "0000-00-00T00:00:00.000Z", iso_time_bytes);
  put_digits(at, static_cast<unsigned>(static_cast<int>(date.year())), 4);
  put_digits(at + 5, static_cast<unsigned>(date.month()), 2);
  put_digits(at + 8, static_cast<unsigned>(date.day()), 2);
  put_digits(at + 11, in_day / 3'600'000, 2);
  put_digits(at + 14, in_day / 60'000 % 60, 2);
  put_digits(at + 17, in_day / 1'000 % 60, 2);
  put_digits(at + 20, in_day % 1'000, 3);
}

}  // namespace

void JsonWriter::grow(std::size_t bytes) { out_.resize(std::max(2 * out_.size(), used_ + bytes)); }

void JsonWriter::put(std::string_view bytes) {
  std::copy(bytes.begin(), bytes.end(), room(bytes.size()));
  used_ += bytes.size();
}

JsonWriter& JsonWriter::open(char bracket) {
  *next_value(1) = bracket;
  ++used_;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  *room(1) = bracket;
  ++used_;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  char* at = next_value(name.size() + 3);
  *at++ = '"';
  at = std::copy(name.begin(), name.end(), at);
  *at++ = '"';
  *at++ = ':';
  used_ += name.size() + 3;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  *next_value(value.size() + 2) = '"';
  ++used_;
  for (;;) {
    const auto plain = plain_prefix(value);
    put(value.substr(0, plain));
    if (plain == value.size()) break;
    used_ += put_escape(room(escape_bytes_max), value[plain]);
    value.remove_prefix(plain + 1);
  }
  *room(1) = '"';
  ++used_;
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  char* at = next_value(digits_max);
  used_ += static_cast<std::size_t>(std::to_chars(at, at + digits_max, value).ptr - at);
  return *this;
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  char* at = next_value(digits_max);
  used_ += static_cast<std::size_t>(std::to_chars(at, at + digits_max, value).ptr - at);
  return *this;
}

JsonWriter& JsonWriter::number(double value) {
  char* at = next_value(double_bytes_max);
  used_ += static_cast<std::size_t>(std::to_chars(at, at + double_bytes_max, value).ptr - at);
  return *this;
}

JsonWriter& JsonWriter::id(std::int64_t number) {
  if (number == 0) return null();
  char* const begin = next_value(digits_max + 2);
  char* at = begin;
  *at++ = '"';
  at = std::to_chars(at, at + digits_max, number).ptr;
  *at++ = '"';
  used_ += static_cast<std::size_t>(at - begin);
  return *this;
}

JsonWriter& JsonWriter::time(WallTime value) {
  char* at = next_value(iso_time_bytes + 2);
  at[0] = '"';
  put_iso_time(at + 1, value);
  at[iso_time_bytes + 1] = '"';
  used_ += iso_time_bytes + 2;
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  std::copy(json.begin(), json.end(), next_value(json.size()));
  used_ += json.size();
  return *this;
}

std::string iso_time(WallTime time) {
  std::string shown(iso_time_bytes, ' ');
  put_iso_time(shown.data(), time);
  return shown;
}

}  // namespace gochat::protocol
