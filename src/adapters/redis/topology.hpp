// Which server a command goes to.
#pragma once

#include <cstddef>
#include <memory>

#include "adapters/redis/node.hpp"

namespace gochat::redis {

class Topology {
 public:
  virtual ~Topology() = default;
  virtual void send(Request request) = 0;
  // To one of the servers that hold keys, 0 and up; for what concerns all of them.
  virtual void send_to(std::size_t node, Request request) = 0;
  virtual std::size_t nodes() const = 0;
  virtual Figures figures() const = 0;
  // No more commands; those under way are told that they failed.
  virtual Task<> stop() = 0;
};

std::unique_ptr<Topology> make_standalone(const NodeGround& ground);
std::unique_ptr<Topology> make_sentinel(const NodeGround& ground);
std::unique_ptr<Topology> make_cluster(const NodeGround& ground);

// Who this client is to servers that hold keys.
Identity identity_of(const Options& options);

// A reply that says that another server, or a later moment, would have done better.
bool is_passing(const Reply& reply);

}  // namespace gochat::redis
