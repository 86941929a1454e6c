// Where the people of one batch are connected, and the records that reach them there. Pure.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "dispatch/downstream.hpp"
#include "ports/session_registry.hpp"
#include "protocol/records.hpp"

namespace gochat::dispatch {

class Places {
 public:
  // These users are at this gateway. A gateway may be added more than once.
  void add(GatewayRecipients recipients);
  // Nobody knows where anybody is: every gateway is sent everything and drops whom it does not
  // hold.
  void assume_everywhere() { everywhere_ = true; }

  // Copies of `record` for every gateway that holds one of `to`, each with its own receivers, in
  // the order of `to`.
  std::vector<Addressed> reach(const std::vector<UserId>& to,
                               const protocol::DownstreamRecord& record) const;
  // How many of these are connected anywhere; nothing: nobody knows.
  std::optional<std::size_t> connected(const std::vector<UserId>& users) const;
  // Copies of `record` for everyone connected.
  std::vector<Addressed> reach_all(const protocol::DownstreamRecord& record) const;

 private:
  struct Gateway {
    std::string name;
    std::uint64_t boot = 0;
  };
  std::uint32_t place_of(const std::string& name, std::uint64_t boot);
  Addressed addressed(std::size_t place, const protocol::DownstreamRecord& record) const;

  std::vector<Gateway> gateways_;
  std::unordered_map<UserId, std::vector<std::uint32_t>> of_;  // indexes into gateways_
  bool everywhere_ = false;
};

}  // namespace gochat::dispatch
