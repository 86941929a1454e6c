#include "logic/address_limit.hpp"

#include "base/network.hpp"

namespace gochat::logic {

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
