#include "net/tls_rules.hpp"

#include <openssl/ssl.h>

#include <string_view>

namespace gochat::net {

namespace {

constexpr const char* ciphers_before_1_3 = "ECDHE+AESGCM:ECDHE+CHACHA20:!aNULL:!PSK:!SRP:!aDSS";
// As it is on the wire: each name behind its length.
constexpr std::string_view spoken = "\x08http/1.1";

// A client that names protocols and not ours is told so, as RFC 7301 has it, and not left to find
// out by an answer it cannot read.
int choose_protocol(SSL*, const unsigned char** chosen, unsigned char* chosen_size,
                    const unsigned char* offered, unsigned int offered_size, void*) {
  const auto* ours = reinterpret_cast<const unsigned char*>(spoken.data());
  unsigned char* match = nullptr;
  const int found = SSL_select_next_proto(
      &match, chosen_size, ours, static_cast<unsigned int>(spoken.size()), offered, offered_size);
  if (found != OPENSSL_NPN_NEGOTIATED) return SSL_TLSEXT_ERR_ALERT_FATAL;
  *chosen = match;
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

TlsContext make_tls_context() {
  TlsContext context{SSL_CTX_new(TLS_server_method()), SSL_CTX_free};
  if (!context) return nullptr;
  SSL_CTX* const ssl = context.get();
  SSL_CTX_set_min_proto_version(ssl, TLS1_2_VERSION);
  SSL_CTX_set_cipher_list(ssl, ciphers_before_1_3);
  // No renegotiation: a peer must not make us compute for nothing. No resumption: there is no key
  // whose theft opens what was recorded, and nothing that a reload of the certificate would
  // outlive.
  SSL_CTX_set_options(ssl, SSL_OP_NO_RENEGOTIATION | SSL_OP_CIPHER_SERVER_PREFERENCE |
                               SSL_OP_PRIORITIZE_CHACHA | SSL_OP_NO_TICKET);
  SSL_CTX_set_num_tickets(ssl, 0);
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
  // An idle connection gives its buffers back.
  SSL_CTX_set_mode(ssl, SSL_MODE_RELEASE_BUFFERS);
  SSL_CTX_set_alpn_select_cb(ssl, choose_protocol, nullptr);
  return context;
}

}  // namespace gochat::net
