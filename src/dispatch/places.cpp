#include "dispatch/places.hpp"

#include <algorithm>
#include <utility>

namespace gochat::dispatch {

std::uint32_t Places::place_of(const std::string& name, std::uint64_t boot) {
  const auto at = std::ranges::find_if(
      gateways_, [&](const Gateway& g) { return g.boot == boot && g.name == name; });
  const auto place = static_cast<std::uint32_t>(at - gateways_.begin());
  if (at == gateways_.end()) gateways_.push_back({name, boot});
  return place;
}

void Places::add(GatewayRecipients recipients) {
  const auto place = place_of(recipients.gateway, recipients.boot);
  for (const UserId user : recipients.users) {
    auto& places = of_[user];
    if (std::ranges::find(places, place) == places.end()) places.push_back(place);
  }
}

Addressed Places::addressed(std::size_t place, const protocol::DownstreamRecord& record) const {
  Addressed copy{gateways_[place].name, record};
  copy.record.boot = gateways_[place].boot;
  return copy;
}

std::vector<Addressed> Places::reach(const std::vector<UserId>& to,
                                     const protocol::DownstreamRecord& record) const {
  std::vector<std::vector<UserId>> at(gateways_.size());
  for (const UserId user : to) {
    if (everywhere_) {
      for (auto& users : at) users.push_back(user);
    } else if (const auto known = of_.find(user); known != of_.end()) {
      for (const auto place : known->second) at[place].push_back(user);
    }
  }
  std::vector<Addressed> records;
  for (std::size_t place = 0; place < at.size(); ++place) {
    if (at[place].empty()) continue;
    records.push_back(addressed(place, record));
    records.back().record.recipients = std::move(at[place]);
  }
  return records;
}

std::optional<std::size_t> Places::connected(const std::vector<UserId>& users) const {
  if (everywhere_) return std::nullopt;
  const auto known = std::ranges::count_if(users, [&](UserId user) { return of_.contains(user); });
  return static_cast<std::size_t>(known);
}

std::vector<Addressed> Places::reach_all(const protocol::DownstreamRecord& record) const {
  std::vector<Addressed> records;
  records.reserve(gateways_.size());
  for (std::size_t place = 0; place < gateways_.size(); ++place) {
    records.push_back(addressed(place, record));
    records.back().record.to_all = true;
  }
  return records;
}

}  // namespace gochat::dispatch
