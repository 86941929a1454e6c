// Accepts connections on one address or socket file. Lives on the main loop.
#pragma once

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/generic/stream_protocol.hpp>
#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "async/timer.hpp"
#include "base/result.hpp"
#include "net/limits.hpp"
#include "net/shard.hpp"

namespace gochat::net {

class Listener : public std::enable_shared_from_this<Listener> {
 public:
  using Take = std::move_only_function<void(Accepted)>;
  using Exhausted = std::move_only_function<void(std::size_t turned_away)>;

  // `take` gets every accepted socket; `exhausted` is told when file descriptors have run out, and
  // how many peers that has cost.
  Listener(boost::asio::io_context& loop, Timers& timers, const Limits& limits, int tag, bool tls);

  Result<void> open(const std::string& address, std::uint16_t port);
  // A socket file, 0600, in place of one that was left there; processes of other users are turned
  // away. The folder is locked by its owner: nobody else listens here.
  Result<void> open_local(const std::string& path);
  void start(Take take, Exhausted exhausted);
  void stop();
  std::uint16_t port() const { return port_; }

 private:
  enum class Turn { empty, more, exhausted };

  void wait();
  void ready();
  Turn accept_some();
  // One descriptor is kept back, so that peers can be turned away when there is none left for them:
  // they would wait in the backlog, and the listener would report them for ever.
  std::size_t turn_away_waiting();
  void hold_reserve();

  boost::asio::basic_socket_acceptor<boost::asio::generic::stream_protocol> acceptor_;
  Timers& timers_;
  const Limits limits_;
  const int tag_;
  const bool tls_;
  std::uint16_t port_ = 0;
  std::string path_;  // of a socket file, which goes with us
  int reserve_ = -1;
  bool paused_before_ = false;
  Take take_;
  Exhausted exhausted_;
  Timer pause_;
};

}  // namespace gochat::net
