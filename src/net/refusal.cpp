#include "net/refusal.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include "net/http_encode.hpp"

namespace gochat::net {

void turn_away(int descriptor, int status, bool tls) {
  if (tls) {
    ::close(descriptor);
    return;
  }
  HttpResponse response = plain_response(status, std::string{reason_phrase(status)});
  response.headers.add("Retry-After", "5");
  for (const auto& block : encode_response(response, false, true)) {
    // Into the empty buffer of a new socket; whoever closed meanwhile needs no answer.
    [[maybe_unused]] const auto sent =
        ::send(descriptor, block.view().data(), block.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
  }
  ::shutdown(descriptor, SHUT_WR);
  ::close(descriptor);
}

}  // namespace gochat::net
