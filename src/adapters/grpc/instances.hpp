// The instances of a role, and which of them the next attempt goes to.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "adapters/grpc/channel.hpp"
#include "async/breaker.hpp"
#include "ports/service_directory.hpp"

namespace gochat::rpc {

struct Peer {
  Peer(Instance of, const ChannelOptions& options, BreakerPolicy policy)
      : instance{std::move(of)}, channel{instance.address, options}, breaker{policy} {}

  Instance instance;
  Channel channel;
  Breaker breaker;
  std::string failure{};  // the cause of the last one
  std::size_t open = 0;
};

class Instances {
 public:
  Instances(ChannelOptions channel, BreakerPolicy breaker)
      : channel_{std::move(channel)}, breaker_{breaker} {}

  // Keeps the connections to those that stay. One that started anew is judged anew.
  void are(const std::vector<Instance>& instances);

  // For every connection from now on; calls that are open end on the ones that they have.
  void use(Certificates certificates);

  struct Pick {
    std::shared_ptr<Peer> peer;
    Breaker::Call admitted;
  };
  // The least busy one that is well, in turn among equals, and rather one that was not tried
  // before. The error says when one will be tried again.
  Result<Pick> pick(const std::vector<const Peer*>& tried, MonoTime now);

  // Whether one is well that was not tried.
  bool another(const std::vector<const Peer*>& tried, MonoTime now) const;

  // Every call that is open ends, as if its connection were lost. Blocks until gRPC has let go of
  // all of them.
  void cancel_all();

  std::size_t size() const { return peers_.size(); }
  std::size_t ejected(MonoTime now) const;

 private:
  std::vector<std::shared_ptr<Peer>> in_turn(const std::vector<const Peer*>& tried);

  ChannelOptions channel_;
  BreakerPolicy breaker_;
  std::vector<std::shared_ptr<Peer>> peers_;
  std::vector<std::weak_ptr<Peer>> gone_;  // their calls may be open still
  std::size_t turn_ = 0;
};

}  // namespace gochat::rpc
