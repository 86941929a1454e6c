#include "adapters/redis/byte_stream.hpp"

#include <boost/asio/connect.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace gochat::redis {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

// Connects to an address, or to the first one of a name that answers.
class Dialer {
 public:
  explicit Dialer(asio::io_context& context) : resolver_{context} {}

  void dial(tcp::socket& socket, const Address& address, ByteStream::Connected done) {
    auto connected = [&socket, done = std::move(done)](error_code error) mutable {
      error_code ignored;
      if (!error) socket.set_option(tcp::no_delay{true}, ignored);
      done(error);
    };
    error_code is_a_name;
    const auto ip = asio::ip::make_address(address.host, is_a_name);
    // Names are looked up by a thread of Asio's, which addresses need not wait for.
    if (!is_a_name) return socket.async_connect({ip, address.port}, std::move(connected));
    resolver_.async_resolve(
        address.host, std::to_string(address.port),
        [&socket, connected = std::move(connected)](
            error_code error, const tcp::resolver::results_type& found) mutable {
          if (error) return connected(error);
          asio::async_connect(
              socket, found,
              [connected = std::move(connected)](error_code failed, const tcp::endpoint&) mutable {
                connected(failed);
              });
        });
  }
  void cancel() { resolver_.cancel(); }

 private:
  tcp::resolver resolver_;
};

void close_socket(tcp::socket& socket) {
  error_code ignored;
  socket.close(ignored);
}

class PlainStream final : public ByteStream {
 public:
  explicit PlainStream(asio::io_context& context) : dialer_{context}, socket_{context} {}

  void connect(const Address& address, Connected done) override {
    dialer_.dial(socket_, address, std::move(done));
  }
  void read_some(asio::mutable_buffer into, Moved done) override {
    socket_.async_read_some(into, std::move(done));
  }
  void write(asio::const_buffer from, Moved done) override {
    asio::async_write(socket_, from, std::move(done));
  }
  void close() override {
    dialer_.cancel();
    close_socket(socket_);
  }

 private:
  Dialer dialer_;
  tcp::socket socket_;
};

class TlsStream final : public ByteStream {
 public:
  TlsStream(asio::io_context& context, asio::ssl::context& tls, std::string server_name)
      : dialer_{context}, stream_{context, tls}, server_name_{std::move(server_name)} {}

  void connect(const Address& address, Connected done) override {
    const std::string name = server_name_.empty() ? address.host : server_name_;
    SSL_set_tlsext_host_name(stream_.native_handle(), name.c_str());
    stream_.set_verify_callback(asio::ssl::host_name_verification{name});
    dialer_.dial(stream_.next_layer(), address,
                 [this, done = std::move(done)](error_code error) mutable {
                   if (error) return done(error);
                   stream_.async_handshake(asio::ssl::stream_base::client, std::move(done));
                 });
  }
  void read_some(asio::mutable_buffer into, Moved done) override {
    stream_.async_read_some(into, std::move(done));
  }
  void write(asio::const_buffer from, Moved done) override {
    asio::async_write(stream_, from, std::move(done));
  }
  void close() override {
    dialer_.cancel();
    close_socket(stream_.next_layer());
  }

 private:
  Dialer dialer_;
  asio::ssl::stream<tcp::socket> stream_;
  const std::string server_name_;
};

class PlainSource final : public StreamSource {
 public:
  explicit PlainSource(asio::io_context& context) : context_{context} {}
  std::unique_ptr<ByteStream> open() override { return std::make_unique<PlainStream>(context_); }

 private:
  asio::io_context& context_;
};

class TlsSource final : public StreamSource {
 public:
  TlsSource(asio::io_context& context, const TlsFiles& files)
      : context_{context}, tls_{asio::ssl::context::tls_client}, server_name_{files.server_name} {
    tls_.set_verify_mode(asio::ssl::verify_peer);
    if (files.authorities.empty()) {
      tls_.set_default_verify_paths();
    } else {
      tls_.load_verify_file(files.authorities);
    }
    if (files.certificate.empty()) return;
    tls_.use_certificate_chain_file(files.certificate);
    tls_.use_private_key_file(files.key, asio::ssl::context::pem);
  }
  std::unique_ptr<ByteStream> open() override {
    return std::make_unique<TlsStream>(context_, tls_, server_name_);
  }

 private:
  asio::io_context& context_;
  asio::ssl::context tls_;
  const std::string server_name_;
};

}  // namespace

Result<std::unique_ptr<StreamSource>> StreamSource::make(asio::io_context& context,
                                                         const std::optional<TlsFiles>& tls) {
  if (!tls) return std::unique_ptr<StreamSource>{std::make_unique<PlainSource>(context)};
  try {
    return std::unique_ptr<StreamSource>{std::make_unique<TlsSource>(context, *tls)};
  } catch (const boost::system::system_error& error) {
    return failed(ErrorCode::invalid_params,
                  std::string{"the files for TLS to Redis cannot be used: "} + error.what());
  }
}

}  // namespace gochat::redis
