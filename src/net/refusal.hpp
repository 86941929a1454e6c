// Answers for peers that get no connection at all.
#pragma once

namespace gochat::net {

// Sends a short answer of that status, without ever waiting, and closes the socket.
void turn_away(int descriptor, int status);

}  // namespace gochat::net
