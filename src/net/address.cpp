#include "net/address.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>

namespace gochat::net {

PeerAddress PeerAddress::of(const sockaddr_storage& address) {
  PeerAddress peer;
  if (address.ss_family == AF_UNIX) return {{{3, 0}}, "local"};
  char text[INET6_ADDRSTRLEN] = "";
  if (address.ss_family == AF_INET) {
    sockaddr_in v4;
    std::memcpy(&v4, &address, sizeof v4);
    ::inet_ntop(AF_INET, &v4.sin_addr, text, sizeof text);
    peer.key.words = {1, v4.sin_addr.s_addr};
  } else if (address.ss_family == AF_INET6) {
    sockaddr_in6 v6;
    std::memcpy(&v6, &address, sizeof v6);
    if (IN6_IS_ADDR_V4MAPPED(&v6.sin6_addr)) {
      in_addr v4;
      std::memcpy(&v4, &v6.sin6_addr.s6_addr[12], sizeof v4);
      ::inet_ntop(AF_INET, &v4, text, sizeof text);
      peer.key.words = {1, v4.s_addr};
    } else {
      ::inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof text);
      peer.key.words[0] = 2;
      std::memcpy(&peer.key.words[1], v6.sin6_addr.s6_addr, 8);
    }
  }
  peer.text = text;
  return peer;
}

}  // namespace gochat::net
