#include "gateway/address_places.hpp"

#include "base/network.hpp"

namespace gochat::gateway {

AddressPlaces::Place AddressPlaces::take(const std::string& address) {
  const auto at = taken_->try_emplace(address_key(address), 0).first;
  if (at->second >= places_max_) return nullptr;
  ++at->second;
  return {&at->second, [taken = taken_, key = at->first](const void*) {
            const auto there = taken->find(key);
            if (--there->second == 0) taken->erase(there);
          }};
}

}  // namespace gochat::gateway
