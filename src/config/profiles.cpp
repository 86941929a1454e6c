#include "config/profiles.hpp"

#include "base/assert.hpp"

namespace gochat::config {
namespace {

// High enough to be never met by a load generator, and still inside the range of every key.
constexpr double lifted = 1e9;

// For servers that strangers reach: what the existing client needs and a careful one does not.
void harden(Config& config) {
  config.auth.token_in_url = false;
  config.auth.long_tokens = false;
  config.auth.password_min = hardened_password_min;
  config.auth.refuse_common_passwords = true;
}

// For load generators on this machine: what protects people from each other is lifted.
void lift(Config& config) {
  config.gateway.connections_per_address = static_cast<std::uint32_t>(lifted);
  config.limits.sends_burst = lifted;
  config.limits.sends_per_second = lifted;
  config.limits.sign_ups_burst = static_cast<std::uint32_t>(lifted);
  config.limits.sign_ups_per_hour = static_cast<std::uint32_t>(lifted);
  config.limits.guests_burst = static_cast<std::uint32_t>(lifted);
  config.limits.guests_per_hour = static_cast<std::uint32_t>(lifted);
  config.world.sends_per_second = lifted;
  config.auth.failed_logins_per_address = static_cast<std::uint32_t>(lifted);
  config.auth.failed_logins_per_account = static_cast<std::uint32_t>(lifted);
  config.auth.bcrypt_cost = 4;
}

}  // namespace

void apply_profile(const std::string& name, Config& config) {
  if (name == "hardened") return harden(config);
  if (name == "bench") return lift(config);
  GOCHAT_ASSERT(name == "default");
}

}  // namespace gochat::config
