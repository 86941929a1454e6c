// Who asks, when proxies stand between: the peer, or whom a proxy that is trusted names. Pure.
#pragma once

#include <string>
#include <vector>

#include "base/network.hpp"
#include "net/http_message.hpp"

namespace gochat::gateway {

class ClientAddress {
 public:
  // Addresses and networks; what is neither was refused with the configuration.
  explicit ClientAddress(const std::vector<std::string>& trusted_proxies);

  // X-Forwarded-For is read from its end, where the nearest proxy wrote, for as long as whoever
  // wrote is trusted: what a client puts there itself is never reached.
  std::string of(const net::HttpRequest& request) const;

 private:
  bool trusted(const std::string& address) const;

  std::vector<Network> proxies_;
};

}  // namespace gochat::gateway
