// How much of one thing an address may ask for. People behind one address share it, so the burst is
// that of a school class, and what drips in afterwards is that of a day.
#pragma once

#include <string>

#include "ports/rate_limiter.hpp"

namespace gochat::logic {

class AddressLimit {
 public:
  // `name` stands in the refusal and before the address in the key.
  AddressLimit(RateLimiter& limiter, std::string name, BucketRate rate)
      : limiter_{limiter}, name_{std::move(name)}, rate_{rate} {}

  // Refused `rate_limited` with the time to wait, or counted. Loopback is not: it is this machine,
  // or a proxy that nobody named, and then who stands behind it is not known.
  Task<Result<void>> admit(std::string address);
  void use(BucketRate rate) { rate_ = rate; }

 private:
  RateLimiter& limiter_;
  std::string name_;
  BucketRate rate_;
};

}  // namespace gochat::logic
