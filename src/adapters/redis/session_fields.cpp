#include "adapters/redis/session_fields.hpp"

#include <algorithm>
#include <charconv>

namespace gochat::redis {
namespace {

// Reads a number and the space behind it.
template <class Number>
bool cut(std::string_view& text, Number& number) {
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, number);
  if (read.ec != std::errc{} || read.ptr == end || *read.ptr != ' ') return false;
  text.remove_prefix(static_cast<std::size_t>(read.ptr - text.data()) + 1);
  return true;
}

std::optional<HeldLease> read_lease(std::string_view text) {
  HeldLease lease;
  std::int64_t session = 0;
  std::int64_t login_at = 0;
  if (!cut(text, lease.ends) || !cut(text, lease.boot) || !cut(text, session) ||
      !cut(text, login_at) || text.empty()) {
    return std::nullopt;
  }
  lease.gateway = text;
  return lease;
}

}  // namespace

HeldLeases live_leases(const Reply& hash, std::int64_t left_ms) {
  HeldLeases held;
  std::int64_t last = 0;
  for (std::size_t n = 0; n + 1 < hash.items.size(); n += 2) {
    const std::string& field = hash.items[n].text;
    if (field == "gateway_id" || field == "login_at") continue;
    auto lease = read_lease(hash.items[n + 1].text);
    if (!lease) {
      held.untidy = true;
      continue;
    }
    last = std::max(last, lease->ends);
    held.live.push_back(std::move(*lease));
  }
  if (left_ms < 0) {
    // Gone since it was read, or without an end, which no writer of ours leaves behind.
    held.untidy = left_ms == -1;
    if (left_ms == -2) held.live.clear();
    return held;
  }
  const std::int64_t now = last - left_ms;
  const auto expired = std::erase_if(
      held.live, [&](const HeldLease& one) { return one.ends <= now && one.ends != last; });
  held.untidy |= expired != 0;
  return held;
}

std::optional<HeldLease> read_gateway(std::string_view text) {
  HeldLease lease;
  if (!cut(text, lease.boot) || text.empty()) return std::nullopt;
  lease.gateway = text;
  return lease;
}

}  // namespace gochat::redis
