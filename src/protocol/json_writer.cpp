#include "protocol/json_writer.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace gochat::protocol {
namespace {

constexpr std::size_t digits_max = 20;

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
  while (at < text.size() && !must_escape[static_cast<unsigned char>(text[at])]) ++at;
  return at;
}

void append_escaped(std::string& out, char c) {
  switch (c) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default: {
      constexpr std::string_view hex = "0123456789abcdef";
      out += "\\u00";
      out += hex[static_cast<unsigned char>(c) >> 4];
      out += hex[c & 15];
    }
  }
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

template <class Number>
std::string_view decimal(Number value, std::array<char, digits_max>& into) {
  const auto end = std::to_chars(into.data(), into.data() + into.size(), value).ptr;
  return {into.data(), static_cast<std::size_t>(end - into.data())};
}

}  // namespace

void JsonWriter::separate() {
  if (comma_) out_ += ',';
  comma_ = true;
}

JsonWriter& JsonWriter::open(char bracket) {
  separate();
  out_ += bracket;
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::close(char bracket) {
  out_ += bracket;
  comma_ = true;
  return *this;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  separate();
  out_ += '"';
  out_ += name;
  out_ += "\":";
  comma_ = false;
  return *this;
}

JsonWriter& JsonWriter::text(std::string_view value) {
  separate();
  out_ += '"';
  for (;;) {
    const auto plain = plain_prefix(value);
    out_ += value.substr(0, plain);
    if (plain == value.size()) break;
    append_escaped(out_, value[plain]);
    value.remove_prefix(plain + 1);
  }
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::number(std::int64_t value) {
  std::array<char, digits_max> digits;
  return raw(decimal(value, digits));
}

JsonWriter& JsonWriter::number(std::uint64_t value) {
  std::array<char, digits_max> digits;
  return raw(decimal(value, digits));
}

JsonWriter& JsonWriter::id(std::int64_t number) {
  if (number == 0) return null();
  std::array<char, digits_max> digits;
  separate();
  out_ += '"';
  out_ += decimal(number, digits);
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::time(WallTime value) {
  std::array<char, iso_time_bytes> shown;
  put_iso_time(shown.data(), value);
  separate();
  out_ += '"';
  out_.append(shown.data(), shown.size());
  out_ += '"';
  return *this;
}

JsonWriter& JsonWriter::raw(std::string_view json) {
  separate();
  out_ += json;
  return *this;
}

std::string iso_time(WallTime time) {
  std::string shown(iso_time_bytes, ' ');
  put_iso_time(shown.data(), time);
  return shown;
}

}  // namespace gochat::protocol
