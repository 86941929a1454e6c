#include "base/trace_id.hpp"

namespace gochat {
namespace {

constexpr std::size_t traceparent_chars = 55;
constexpr std::uint64_t sampled_flag = 1;
constexpr std::string_view digits = "0123456789abcdef";

void append_hex(std::string& out, std::uint64_t number) {
  for (int shift = 60; shift >= 0; shift -= 4) out += digits[(number >> shift) & 15];
}

std::optional<std::uint64_t> hex(std::string_view text) {
  std::uint64_t number = 0;
  for (const char c : text) {
    const auto digit = digits.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    number = number << 4 | digit;
  }
  return number;
}

// One step of SplitMix64: consecutive states become numbers without a visible order.
std::uint64_t mixed(std::uint64_t& state) {
  std::uint64_t z = (state += 0x9e3779b97f4a7c15);
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

std::optional<Traceparent> Traceparent::read(std::string_view text) {
  // Later versions may add fields at the end; what this one needs stays where it is.
  const bool longer = text.size() > traceparent_chars;
  if (text.size() < traceparent_chars || (longer && text[traceparent_chars] != '-')) {
    return std::nullopt;
  }
  const std::string_view version = text.substr(0, 2);
  if (!hex(version) || version == "ff" || (longer && version == "00")) return std::nullopt;
  if (text[2] != '-' || text[35] != '-' || text[52] != '-') return std::nullopt;
  const auto high = hex(text.substr(3, 16));
  const auto low = hex(text.substr(19, 16));
  const auto parent = hex(text.substr(36, 16));
  const auto flags = hex(text.substr(53, 2));
  if (!high || !low || !parent || *parent == 0 || !flags) return std::nullopt;
  const TraceId id{*high, *low};
  if (!id) return std::nullopt;
  return Traceparent{id, *parent, (*flags & sampled_flag) != 0};
}

bool Traceparent::may_be_sampled(std::string_view text) {
  constexpr std::string_view odd_digits = "13579bdf";
  return text.size() >= traceparent_chars && odd_digits.contains(text[traceparent_chars - 1]);
}

std::string Traceparent::text() const {
  std::string out = "00-";
  out.reserve(traceparent_chars);
  append_hex(out, id.high());
  append_hex(out, id.low());
  out += '-';
  append_hex(out, span);
  out += sampled ? "-01" : "-00";
  return out;
}

std::optional<TraceId> TraceId::of_traceparent(std::string_view text) {
  const auto read = Traceparent::read(text);
  return read ? std::optional{read->id} : std::nullopt;
}

std::string TraceId::text() const {
  std::string out;
  out.reserve(32);
  append_hex(out, high_);
  append_hex(out, low_);
  return out;
}

TraceId TraceIds::next() {
  const std::uint64_t high = mixed(high_);
  return TraceId{high, mixed(low_) | 1};
}

}  // namespace gochat
