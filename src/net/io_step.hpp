// One attempt to move bytes over a socket. It never waits.
#pragma once

#include <sys/uio.h>

#include <cstddef>
#include <cstdint>
#include <span>

namespace gochat::net {

struct IoStep {
  enum class Outcome : std::uint8_t {
    moved,
    would_block,
    ended,
    failed,
    not_tls,  // the peer of a TLS connection began with a request in the clear
  };
  Outcome outcome;
  std::size_t bytes = 0;
};

IoStep receive_some(int descriptor, std::span<char> into);
// One gathered write; part of it may be taken.
IoStep send_some(int descriptor, std::span<const iovec> pieces);

}  // namespace gochat::net
