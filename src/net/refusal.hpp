// Answers for peers that get no connection at all.
#pragma once

namespace gochat::net {

// Sends a short answer of that status, without ever waiting, and closes the socket. With TLS it
// only closes: an answer would cost the handshake that is being refused.
void turn_away(int descriptor, int status, bool tls);

}  // namespace gochat::net
