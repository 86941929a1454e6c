#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/verify_mode.hpp>

#include "adapters/mysql/connection.hpp"
#include "adapters/mysql/wire.hpp"

namespace gochat::mysql {

Door::Door(ServerOptions server, ConnectionLimits limits, boost::asio::any_io_executor executor,
           Timers& timers, Counts& counts)
    : server_{std::move(server)},
      limits_{limits},
      executor_{std::move(executor)},
      timers_{timers},
      counts_{counts},
      tls_{std::make_unique<Tls>()} {
  if (!server_.tls || server_.tls_authorities.empty()) return;
  tls_->context.load_verify_file(server_.tls_authorities);
  tls_->context.set_verify_mode(boost::asio::ssl::verify_peer);
  tls_->context.set_verify_callback(boost::asio::ssl::host_name_verification{server_.host});
}

Door::~Door() = default;

}  // namespace gochat::mysql
