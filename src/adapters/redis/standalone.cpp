#include "adapters/redis/topology.hpp"

namespace gochat::redis {
namespace {

class Standalone final : public Topology {
 public:
  explicit Standalone(const NodeGround& ground)
      : node_{ground, ground.options.addresses.front(), identity_of(ground.options)} {}

  void send(Request request) override { node_.send(std::move(request)); }
  void send_to(std::size_t, Request request) override { node_.send(std::move(request)); }
  std::size_t nodes() const override { return 1; }
  Figures figures() const override {
    Figures figures;
    node_.add_to(figures);
    return figures;
  }
  Task<> stop() override {
    node_.close();
    co_return;
  }

 private:
  Node node_;
};

}  // namespace

std::unique_ptr<Topology> make_standalone(const NodeGround& ground) {
  return std::make_unique<Standalone>(ground);
}

Identity identity_of(const Options& options) {
  Identity identity;
  identity.credentials = options.credentials;
  identity.database = options.database;
  identity.of_a_master = options.deployment == Deployment::sentinel;
  return identity;
}

bool is_passing(const Reply& reply) {
  for (const char* code : {"LOADING", "READONLY", "MASTERDOWN", "CLUSTERDOWN", "TRYAGAIN", "BUSY",
                           "OOM", "MISCONF", "NOREPLICAS"}) {
    if (reply.failed_with(code)) return true;
  }
  return false;
}

}  // namespace gochat::redis
