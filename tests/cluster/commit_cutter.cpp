#include "cluster/commit_cutter.hpp"

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <string_view>

namespace gochat::cluster {
namespace {

using boost::asio::ip::tcp;

constexpr auto with_code = boost::asio::as_tuple(boost::asio::use_awaitable);
const auto loopback = boost::asio::ip::address_v4::loopback();

}  // namespace

CommitCutter::CommitCutter(support::TaskLoop& loop, std::uint16_t server_port)
    : loop_{loop},
      server_port_{server_port},
      acceptor_{loop.context(), tcp::endpoint{loopback, 0}},
      accepting_{true} {
  loop_.start(accept());
}

CommitCutter::~CommitCutter() {
  acceptor_.close();
  for (const auto& one : roads_) {
    if (const auto road = one.lock()) close(*road);
  }
  loop_.run_until([this] { return !accepting_; }, "the road to the server closed");
}

Task<> CommitCutter::accept() {
  for (;;) {
    auto [code, client] = co_await acceptor_.async_accept(with_code);
    if (code) break;
    auto road = std::make_shared<Road>(std::move(client), Socket{loop_.context()});
    auto [refused] =
        co_await road->server.async_connect(tcp::endpoint{loopback, server_port_}, with_code);
    if (refused) continue;
    roads_.push_back(road);
    loop_.start(to_server(road, armed_));
    loop_.start(to_client(road, cut_));
  }
  accepting_ = false;
}

Task<> CommitCutter::to_server(std::shared_ptr<Road> road, std::shared_ptr<bool> armed) {
  std::array<char, 64 * 1024> bytes;
  for (;;) {
    auto [code, size] =
        co_await road->client.async_read_some(boost::asio::buffer(bytes), with_code);
    if (code) break;
    const std::string_view said{bytes.data(), size};
    if (*armed && said.find("COMMIT") != std::string_view::npos) {
      *armed = false;
      road->doomed = true;
    }
    auto [unsent, sent] = co_await boost::asio::async_write(
        road->server, boost::asio::buffer(bytes.data(), size), with_code);
    if (unsent) break;
  }
  close(*road);
}

Task<> CommitCutter::to_client(std::shared_ptr<Road> road, std::shared_ptr<std::size_t> cut) {
  std::array<char, 64 * 1024> bytes;
  for (;;) {
    auto [code, size] =
        co_await road->server.async_read_some(boost::asio::buffer(bytes), with_code);
    if (code) break;
    if (road->doomed) {
      ++*cut;
      break;
    }
    auto [unsent, sent] = co_await boost::asio::async_write(
        road->client, boost::asio::buffer(bytes.data(), size), with_code);
    if (unsent) break;
  }
  close(*road);
}

void CommitCutter::close(Road& road) {
  boost::system::error_code ignored;
  road.client.close(ignored);
  road.server.close(ignored);
}

}  // namespace gochat::cluster
