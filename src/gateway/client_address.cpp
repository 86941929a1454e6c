#include "gateway/client_address.hpp"

#include <algorithm>
#include <ranges>

namespace gochat::gateway {

ClientAddress::ClientAddress(const std::vector<std::string>& trusted_proxies) {
  for (const std::string& text : trusted_proxies) {
    if (const auto network = Network::parse(text)) proxies_.push_back(*network);
  }
}

bool ClientAddress::trusted(const std::string& text) const {
  const auto address = IpAddress::parse(text);
  return address && std::ranges::any_of(proxies_, [&](const Network& network) {
           return network.contains(*address);
         });
}

std::string ClientAddress::of(const net::HttpRequest& request) const {
  std::string nearest = request.remote_address;
  if (proxies_.empty() || !trusted(nearest)) return nearest;
  for (const std::string_view hop : request.headers.list("X-Forwarded-For") | std::views::reverse) {
    const auto address = IpAddress::parse(hop);
    // Not an address: whoever is meant, the proxy that passed it on is the last that is known.
    if (!address) return nearest;
    nearest = address->text();
    if (!trusted(nearest)) return nearest;
  }
  return nearest;
}

}  // namespace gochat::gateway
