// A connection's side of the library.
#pragma once

#include <boost/asio/ssl/context.hpp>
#include <boost/mysql/diagnostics.hpp>
#include <boost/mysql/statement.hpp>
#include <boost/mysql/tcp_ssl.hpp>
#include <cstdint>
#include <string_view>
#include <unordered_map>

#include "adapters/mysql/connection.hpp"

namespace gochat::mysql {

struct Door::Tls {
  boost::asio::ssl::context context{boost::asio::ssl::context::tls_client};
};

struct Connection::Wire {
  Wire(const boost::asio::any_io_executor& executor, boost::asio::ssl::context& tls)
      : stream{executor, tls} {}

  boost::asio::ip::tcp::socket& socket() { return stream.stream().next_layer(); }
  void close() {
    boost::system::error_code ignored;
    socket().close(ignored);
  }

  struct Prepared {
    boost::mysql::statement statement;
    std::uint64_t used = 0;
  };

  boost::mysql::tcp_ssl_connection stream;
  std::unordered_map<std::string_view, Prepared> statements;  // keyed by texts that last
  std::uint64_t uses = 0;
  // Of the last call.
  boost::mysql::error_code code;
  boost::mysql::diagnostics diagnostics;
  bool late = false;
};

}  // namespace gochat::mysql
