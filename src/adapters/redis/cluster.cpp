// A Redis Cluster: each key lies in a slot, each slot on a server. The map is asked for at the
// start, when something fails and now and then; a server that knows better says so, and is
// followed.
#include <algorithm>
#include <array>
#include <map>
#include <utility>

#include "adapters/redis/slot_map.hpp"
#include "adapters/redis/topology.hpp"
#include "adapters/redis/waiting_room.hpp"
#include "async/executor.hpp"
#include "async/gate.hpp"
#include "base/log.hpp"

namespace gochat::redis {
namespace {

constexpr const char* nobody_knows = "no server of the Redis Cluster has named the owners yet";

class ClusterTopology final : public Topology {
 public:
  explicit ClusterTopology(const NodeGround& ground)
      : ground_{ground},
        waiting_{ground.timers, ground.options.limits.waiting_max},
        bell_{ground.timers},
        gate_{ground.context.get_executor()} {
    gate_.spawn(watch());
  }
  ~ClusterTopology() override { close_nodes(); }

  void send(Request request) override {
    if (stopping_) return request.done(failed(ErrorCode::unavailable, "Redis is being left"));
    if (!known_) return waiting_.wait(std::move(request), nobody_knows);
    const Address* owner = owners_[slot_of(request.command->key.text)];
    if (owner == nullptr) {
      bell_.ring();
      return request.done(failed(ErrorCode::unavailable, "no server of the Cluster has the slot"));
    }
    send_by(*owner, std::move(request));
  }

  void send_to(std::size_t node, Request request) override {
    const auto masters = owners();
    if (node < masters.size()) return send_by(*masters[node], std::move(request));
    request.done(failed(ErrorCode::unavailable, "the Cluster has become smaller"));
  }
  std::size_t nodes() const override { return owners().size(); }

  Figures figures() const override {
    Figures figures;
    for (const auto& [address, node] : nodes_) node->add_to(figures);
    figures.waiting += waiting_.size();
    return figures;
  }

  Task<> stop() override {
    stopping_ = true;
    waiting_.refuse(failed(ErrorCode::unavailable, "Redis is being left"));
    close_nodes();
    bell_.ring();
    co_await gate_.close();
  }

 private:
  void close_nodes() {
    stopping_ = true;
    for (const auto& [address, node] : nodes_) node->close();
  }

  Node& node_at(const Address& address) {
    auto& node = nodes_[address];
    if (!node) {
      node = std::make_unique<Node>(ground_, address, identity_of(ground_.options),
                                    [this] { bell_.ring(); });
    }
    return *node;
  }

  void send_by(const Address& address, Request request) {
    request.done = [this, command = request.command, deadline = request.deadline,
                    with_source = request.with_source, redirects = request.redirects,
                    asked = address, told = std::move(request.done)](Result<Reply> reply) mutable {
      if (!reply || is_passing(*reply)) bell_.ring();
      const auto redirect = reply ? read_redirect(*reply, asked) : std::nullopt;
      if (!redirect || stopping_ || redirects >= ground_.options.limits.redirects_max) {
        return told(std::move(reply));
      }
      follow(*redirect, {.command = std::move(command),
                         .deadline = deadline,
                         .done = std::move(told),
                         .with_source = with_source,
                         .redirects = redirects + 1});
    };
    node_at(address).send(std::move(request));
  }

  void follow(const Redirect& redirect, Request request) {
    ground_.counts.redirects.add();
    request.asking = !redirect.for_good;
    node_at(redirect.to);
    const Address& owner = nodes_.find(redirect.to)->first;
    if (redirect.for_good) {
      owners_[redirect.slot] = &owner;
      bell_.ring();
    }
    send_by(owner, std::move(request));
  }

  Task<> watch() {
    std::uint32_t failures = 0;
    while (!stopping_) {
      const bool learnt = co_await learn();
      if (stopping_) co_return;
      failures = learnt ? 0 : failures + 1;
      const auto pause = learnt ? ground_.options.limits.trust_max
                                : full_jitter(ground_.options.reconnect, failures, ground_.dice());
      co_await ground_.timers.sleep(ground_.options.limits.ask_pause_min);
      if (!stopping_) co_await bell_.wait(pause);
    }
  }

  // Asks one server after the other: those that are known, then those of the configuration.
  Task<bool> learn() {
    std::vector<Address> candidates;
    for (const auto& [address, node] : nodes_) candidates.push_back(address);
    for (const Address& address : ground_.options.addresses) {
      if (!nodes_.contains(address)) candidates.push_back(address);
    }
    if (!candidates.empty())
      std::ranges::rotate(candidates, candidates.begin() + asked_++ % candidates.size());
    for (const Address& address : candidates) {
      const auto reply = co_await ask(address);
      if (stopping_) co_return false;
      const auto ranges = reply ? read_ranges(*reply, address) : std::vector<SlotRange>{};
      if (ranges.empty()) continue;
      take(ranges);
      co_return true;
    }
    co_return false;
  }

  Task<Result<Reply>> ask(Address address) {
    auto command = std::make_shared<Command>(Command{.name = "CLUSTER", .words = {"SLOTS"}});
    const Deadline deadline = ground_.timers.now() + ground_.options.limits.command_time_max;
    co_return co_await await_callback<Result<Reply>>([&](auto done) {
      node_at(address).send({.command = command, .deadline = deadline, .done = std::move(done)});
    });
  }

  void take(const std::vector<SlotRange>& ranges) {
    owners_.fill(nullptr);
    for (const SlotRange& range : ranges) {
      node_at(range.master);
      const Address* owner = &nodes_.find(range.master)->first;
      for (std::size_t slot = range.first; slot <= range.last; ++slot) owners_[slot] = owner;
    }
    forget_former();
    if (!std::exchange(known_, true)) {
      log::info("the Redis Cluster is known",
                {{log::Field::count, static_cast<std::int64_t>(nodes_.size())}});
    }
    for (Request& request : waiting_.leave()) send(std::move(request));
  }

  void forget_former() {
    const auto masters = owners();
    for (auto at = nodes_.begin(); at != nodes_.end();) {
      if (std::ranges::find(masters, &at->first) != masters.end()) {
        ++at;
        continue;
      }
      // Closed once it is out of the map: what it fails to answer may be sent again from there.
      const auto former = std::move(at->second);
      at = nodes_.erase(at);
      former->close();
    }
  }

  // Each once, in the order of their slots.
  std::vector<const Address*> owners() const {
    std::vector<const Address*> found;
    const Address* last = nullptr;
    for (const Address* owner : owners_) {
      if (owner == nullptr || owner == last) continue;
      last = owner;
      if (std::ranges::find(found, owner) == found.end()) found.push_back(owner);
    }
    return found;
  }

  const NodeGround ground_;
  WaitingRoom waiting_;
  Bell bell_;
  std::map<Address, std::unique_ptr<Node>> nodes_;
  std::array<const Address*, slots> owners_{};  // the keys of nodes_
  std::size_t asked_ = 0;
  bool known_ = false;
  bool stopping_ = false;
  Gate gate_;
};

}  // namespace

std::unique_ptr<Topology> make_cluster(const NodeGround& ground) {
  return std::make_unique<ClusterTopology>(ground);
}

}  // namespace gochat::redis
