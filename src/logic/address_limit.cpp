#include "logic/address_limit.hpp"

#include "base/network.hpp"

namespace gochat::logic {

Task<Result<void>> AddressLimit::admit(std::string address) {
  if (const auto parsed = IpAddress::parse(address); parsed && parsed->is_loopback()) {
    co_return Result<void>{};
  }
  auto taken = co_await limiter_.take(name_ + ":" + address_key(address), rate_);
  if (taken) co_return taken;
  auto refusal = refused(ErrorCode::rate_limited, name_ + " of this address");
  refusal.retry_after_ms = taken.error().retry_after_ms;
  co_return refusal;
}

}  // namespace gochat::logic
