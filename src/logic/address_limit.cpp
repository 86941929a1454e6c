#include "logic/address_limit.hpp"

#include "base/network.hpp"

namespace gochat::logic {
namespace {

constexpr std::size_t household_bytes = 8;

}  // namespace

std::string address_key(const std::string& text) {
  const auto address = IpAddress::parse(text);
  if (!address) return text;
  const auto& bytes = address->bytes();
  const auto count = address->is_v4() ? bytes.size() : household_bytes;
  return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(count)};
}

Result<void> AddressLimit::admit(const std::string& address) {
  if (const auto parsed = IpAddress::parse(address); parsed && parsed->is_loopback()) return {};
  auto taken = buckets_.try_take(address_key(address), timers_.now());
  if (!taken) {
    auto refusal = refused(ErrorCode::rate_limited, name_ + " of this address");
    refusal.retry_after_ms = taken.error().retry_after_ms;
    return refusal;
  }
  return {};
}

}  // namespace gochat::logic
