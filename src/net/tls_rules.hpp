// Which TLS this server speaks.
#pragma once

#include "net/tls_session.hpp"

namespace gochat::net {

// TLS 1.2 and 1.3 with forward secrecy and authenticated encryption only, HTTP/1.1 by ALPN; still
// without a certificate. Null: no memory.
TlsContext make_tls_context();

}  // namespace gochat::net
