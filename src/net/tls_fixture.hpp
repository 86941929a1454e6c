// For tests: a TLS client whose bytes a test can hold back and cut.
#pragma once

#include <arpa/inet.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/assert.hpp"

namespace gochat::net {

struct PeerRules {
  int version_min = TLS1_2_VERSION;
  int version_max = TLS1_3_VERSION;
  std::string_view protocols{};  // of ALPN, as they are on the wire
};

class TlsPeer {
 public:
  enum class Outcome : std::uint8_t { done, waits, ended, failed };

  explicit TlsPeer(std::uint16_t port, PeerRules rules = {})
      : descriptor_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)},
        context_{SSL_CTX_new(TLS_client_method())} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(port);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    GOCHAT_ASSERT(::connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) ==
                  0);
    SSL_CTX_set_security_level(context_, 0);  // so that it can offer what is refused
    SSL_CTX_set_min_proto_version(context_, rules.version_min);
    SSL_CTX_set_max_proto_version(context_, rules.version_max);
    ssl_ = SSL_new(context_);
    received_ = BIO_new(BIO_s_mem());
    encrypted_ = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(received_, -1);
    SSL_set_bio(ssl_, received_, encrypted_);
    SSL_set_connect_state(ssl_);
    SSL_set_alpn_protos(ssl_, reinterpret_cast<const unsigned char*>(rules.protocols.data()),
                        static_cast<unsigned>(rules.protocols.size()));
  }
  ~TlsPeer() {
    ::close(descriptor_);
    SSL_free(ssl_);
    SSL_CTX_free(context_);
  }
  TlsPeer(const TlsPeer&) = delete;
  TlsPeer& operator=(const TlsPeer&) = delete;

  // Each makes one step, and is called again while it waits.
  Outcome shake_hands() {
    receive();
    const int result = SSL_do_handshake(ssl_);
    send();
    return outcome_of(result);
  }
  Outcome read(std::string& into) {
    receive();
    char bytes[16 * 1024];
    while (true) {
      const int result = SSL_read(ssl_, bytes, sizeof bytes);
      if (result <= 0) return outcome_of(result);
      into.append(bytes, static_cast<std::size_t>(result));
    }
  }
  void write(std::string_view text) {
    encrypt(text);
    send();
  }
  void encrypt(std::string_view text) {
    GOCHAT_ASSERT(SSL_write(ssl_, text.data(), static_cast<int>(text.size())) ==
                  static_cast<int>(text.size()));
  }
  // So many bytes of what is encrypted, and what the socket takes of them.
  void send(std::size_t most = SIZE_MAX) {
    char bytes[16 * 1024];
    for (int size = 0; (size = BIO_read(encrypted_, bytes, sizeof bytes)) > 0;) {
      unsent_.append(bytes, static_cast<std::size_t>(size));
    }
    const ssize_t sent = ::send(descriptor_, unsent_.data(), std::min(most, unsent_.size()),
                                MSG_DONTWAIT | MSG_NOSIGNAL);
    if (sent > 0) unsent_.erase(0, static_cast<std::size_t>(sent));
  }
  void say_end() {
    SSL_shutdown(ssl_);
    send();
  }

  SSL* ssl() { return ssl_; }
  bool all_sent() const { return unsent_.empty(); }
  int version() const { return SSL_version(ssl_); }
  std::string protocol() const {
    const unsigned char* name = nullptr;
    unsigned size = 0;
    SSL_get0_alpn_selected(ssl_, &name, &size);
    return {reinterpret_cast<const char*>(name), size};
  }
  std::string server_name() const {
    char name[64] = {};
    X509_NAME_get_text_by_NID(X509_get_subject_name(SSL_get0_peer_certificate(ssl_)),
                              NID_commonName, name, sizeof name);
    return name;
  }

 private:
  void receive() {
    char bytes[16 * 1024];
    ssize_t size = 0;
    while ((size = ::recv(descriptor_, bytes, sizeof bytes, MSG_DONTWAIT)) > 0) {
      BIO_write(received_, bytes, static_cast<int>(size));
    }
    closed_ = closed_ || size == 0;
  }
  // Without a close_notify an end is a failure: somebody may have cut it short.
  Outcome outcome_of(int result) const {
    if (result == 1) return Outcome::done;
    const int error = SSL_get_error(ssl_, result);
    if (error == SSL_ERROR_ZERO_RETURN) return Outcome::ended;
    return error == SSL_ERROR_WANT_READ && !closed_ ? Outcome::waits : Outcome::failed;
  }

  int descriptor_;
  SSL_CTX* context_;
  SSL* ssl_ = nullptr;
  BIO* received_ = nullptr;
  BIO* encrypted_ = nullptr;
  std::string unsent_;
  bool closed_ = false;
};

}  // namespace gochat::net
