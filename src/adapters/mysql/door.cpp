#include <boost/asio/ssl/host_name_verification.hpp>
#include <boost/asio/ssl/verify_mode.hpp>
#include <boost/system/system_error.hpp>
#include <string>

#include "adapters/mysql/connection.hpp"
#include "adapters/mysql/wire.hpp"

namespace gochat::mysql {
namespace {

void use(boost::asio::ssl::context& context, const TlsFiles& files, const std::string& host) {
  context.set_verify_mode(boost::asio::ssl::verify_peer);
  context.set_verify_callback(boost::asio::ssl::host_name_verification{
      files.server_name.empty() ? host : files.server_name});
  if (files.authorities.empty()) {
    context.set_default_verify_paths();
  } else {
    context.load_verify_file(files.authorities);
  }
  if (files.certificate.empty()) return;
  context.use_certificate_chain_file(files.certificate);
  context.use_private_key_file(files.key, boost::asio::ssl::context::pem);
}

}  // namespace

Door::Door(ServerOptions server, ConnectionLimits limits, boost::asio::any_io_executor executor,
           Timers& timers, Counts& counts)
    : server_{std::move(server)},
      limits_{limits},
      executor_{std::move(executor)},
      timers_{timers},
      counts_{counts},
      tls_{std::make_unique<Tls>()} {
  if (!server_.tls) return;
  try {
    use(tls_->context, *server_.tls, server_.host);
  } catch (const boost::system::system_error& error) {
    tls_trouble_ = std::string{"the files for TLS cannot be used: "} + error.what();
  }
}

Door::~Door() = default;

}  // namespace gochat::mysql
