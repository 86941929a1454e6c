// How much of one thing an address may ask for. People behind one address share it, so the burst is
// that of a school class, and what drips in afterwards is that of a day.
#pragma once

#include <string>

#include "async/rate_limit.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat::logic {

class AddressLimit {
 public:
  static constexpr std::size_t keys_max = 65'536;

  // `name` stands in the refusal.
  AddressLimit(Timers& timers, std::string name, BucketRate rate)
      : timers_{timers}, name_{std::move(name)}, buckets_{rate, keys_max} {}

  // Refused `rate_limited` with the time to wait, or counted. Loopback is not: it is this machine,
  // or a proxy that nobody named, and then who stands behind it is not known.
  Result<void> admit(const std::string& address);
  void use(BucketRate rate) { buckets_.use(rate); }

 private:
  Timers& timers_;
  std::string name_;
  KeyedBuckets<std::string> buckets_;
};

}  // namespace gochat::logic
