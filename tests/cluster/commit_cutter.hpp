// A road to the server that is cut at the worst moment: after a COMMIT has been carried out and
// before it is answered.
#pragma once

#include <boost/asio/ip/tcp.hpp>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "support/task_loop.hpp"

namespace gochat::cluster {

class CommitCutter {
 public:
  CommitCutter(support::TaskLoop& loop, std::uint16_t server_port);
  ~CommitCutter();

  std::uint16_t port() const { return acceptor_.local_endpoint().port(); }
  // The next COMMIT that passes is the last thing that its connection carries.
  void cut_next_commit() { *armed_ = true; }
  std::size_t cut() const { return *cut_; }

 private:
  using Socket = boost::asio::ip::tcp::socket;
  struct Road {
    Socket client;
    Socket server;
    bool doomed = false;
  };
  Task<> accept();
  static Task<> to_server(std::shared_ptr<Road> road, std::shared_ptr<bool> armed);
  static Task<> to_client(std::shared_ptr<Road> road, std::shared_ptr<std::size_t> cut);
  static void close(Road& road);

  support::TaskLoop& loop_;
  std::uint16_t server_port_;
  boost::asio::ip::tcp::acceptor acceptor_;
  std::vector<std::weak_ptr<Road>> roads_;
  std::shared_ptr<bool> armed_ = std::make_shared<bool>(false);
  std::shared_ptr<std::size_t> cut_ = std::make_shared<std::size_t>(0);
  bool accepting_ = false;
};

}  // namespace gochat::cluster
