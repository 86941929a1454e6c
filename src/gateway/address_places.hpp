// Sockets of each client that comes through a trusted proxy. Listeners count who connects to them,
// and there the proxy stands for everybody behind it.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <unordered_map>

namespace gochat::gateway {

class AddressPlaces {
 public:
  // One socket of one address, for as long as it is held.
  using Place = std::shared_ptr<void>;

  explicit AddressPlaces(std::size_t places_max) : places_max_{places_max} {}

  // Empty: the address, or the /64 of IPv6, has all it may.
  Place take(const std::string& address);
  std::size_t addresses() const { return taken_->size(); }

 private:
  const std::size_t places_max_;
  // Shared, since a handshake that is cut off may outlive the gateway.
  std::shared_ptr<std::unordered_map<std::string, std::size_t>> taken_ =
      std::make_shared<std::unordered_map<std::string, std::size_t>>();
};

}  // namespace gochat::gateway
