#include "adapters/grpc/instances.hpp"

#include <algorithm>
#include <tuple>
#include <utility>

namespace gochat::rpc {

void Instances::are(const std::vector<Instance>& instances) {
  std::vector<std::shared_ptr<Peer>> now;
  for (const Instance& one : instances) {
    const auto known = std::ranges::find_if(peers_, [&](const auto& peer) {
      return peer->instance.address == one.address && peer->instance.boot == one.boot;
    });
    now.push_back(known != peers_.end() ? *known : std::make_shared<Peer>(one, channel_, breaker_));
  }
  std::erase_if(gone_, [](const auto& peer) { return peer.expired(); });
  for (const auto& peer : peers_) {
    if (std::ranges::find(now, peer) == now.end()) gone_.push_back(peer);
  }
  peers_ = std::move(now);
}

void Instances::use(Certificates certificates) {
  channel_.credentials.certificates = std::move(certificates);
  for (auto& peer : peers_) {
    gone_.push_back(peer);
    peer = std::make_shared<Peer>(peer->instance, channel_, breaker_);
  }
}

void Instances::cancel_all() {
  std::vector<std::shared_ptr<Peer>> all = peers_;
  for (const auto& peer : gone_) {
    if (auto alive = peer.lock()) all.push_back(std::move(alive));
  }
  for (const auto& peer : all) peer->channel.cancel_all();
}

std::vector<std::shared_ptr<Peer>> Instances::in_turn(const std::vector<const Peer*>& tried) {
  const std::size_t first = turn_++;
  std::vector<std::tuple<std::ptrdiff_t, std::size_t, std::size_t>> order;
  for (std::size_t n = 0; n < peers_.size(); ++n) {
    const std::size_t place = (first + n) % peers_.size();
    const Peer* peer = peers_[place].get();
    order.emplace_back(std::ranges::count(tried, peer), peer->open, n);
  }
  std::ranges::sort(order);
  std::vector<std::shared_ptr<Peer>> peers;
  for (const auto& [times, open, n] : order) peers.push_back(peers_[(first + n) % peers_.size()]);
  return peers;
}

Result<Instances::Pick> Instances::pick(const std::vector<const Peer*>& tried, MonoTime now) {
  Error none = failed(ErrorCode::unavailable, "no instance is known");
  for (auto& peer : in_turn(tried)) {
    auto admitted = peer->breaker.enter(now);
    if (admitted) return Pick{std::move(peer), *std::move(admitted)};
    Error refusal = admitted.error();
    refusal.detail = peer->instance.name + " is left out, after: " + peer->failure;
    if (none.retry_after_ms == 0 || refusal.retry_after_ms < none.retry_after_ms) none = refusal;
  }
  return none;
}

bool Instances::another(const std::vector<const Peer*>& tried, MonoTime now) const {
  return std::ranges::any_of(peers_, [&](const auto& peer) {
    return peer->breaker.state(now) == Breaker::State::closed &&
           std::ranges::find(tried, peer.get()) == tried.end();
  });
}

std::size_t Instances::ejected(MonoTime now) const {
  return static_cast<std::size_t>(std::ranges::count_if(peers_, [&](const auto& peer) {
    return peer->breaker.state(now) != Breaker::State::closed;
  }));
}

}  // namespace gochat::rpc
