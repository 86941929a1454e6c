// One server and the few connections to it: opened at the first command, opened again by themselves
// with growing random pauses, and left alone for a while when it keeps failing.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "adapters/redis/connection.hpp"
#include "async/breaker.hpp"

namespace gochat::redis {

// What all nodes of one client share.
struct NodeGround {
  boost::asio::io_context& context;
  Timers& timers;
  StreamSource& streams;
  const Options& options;
  Counts& counts;
  Dice dice;

  Ground connections() const { return {context, timers, streams, options.limits, counts}; }
};

class Node {
 public:
  // `lost` is called when a connection failed or was lost: this may no longer be the right server.
  Node(const NodeGround& ground, Address address, Identity identity,
       std::function<void()> lost = {});
  ~Node();
  Node(const Node&) = delete;
  Node& operator=(const Node&) = delete;

  // Commands on one key are carried out in the order in which they were sent, as long as their
  // connection holds.
  void send(Request request);
  void close();

  const Address& address() const { return address_; }
  void add_to(Figures& figures) const;
  // Why there is no connection; empty while there is one, or none was tried.
  const std::string& trouble() const { return trouble_; }

 private:
  struct Link {
    std::shared_ptr<Connection> connection;
    std::uint32_t failures = 0;  // in a row
    Timer again;
  };

  void open(std::size_t number);
  void ready(std::size_t number);
  std::size_t link_for(const std::string& key) const;
  bool left_alone() const;
  void lost(std::size_t number, const Error& why);

  const NodeGround ground_;
  const Address address_;
  const Identity identity_;
  const std::function<void()> lost_;
  Breaker breaker_;
  std::vector<Link> links_;
  std::string trouble_;
  bool closed_ = false;
};

}  // namespace gochat::redis
