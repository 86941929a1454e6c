// Every bound of the network layer, by name. Defaults are what a public server wants.
#pragma once

#include <chrono>
#include <cstddef>

#include "async/timer.hpp"

namespace gochat::net {

struct Limits {
  // WebSocket
  std::size_t message_bytes_max = 64 * 1024;  // of a whole message, all its fragments together
  std::size_t fragments_max = 64;
  std::size_t outbox_bytes_max = 1024 * 1024;  // above either: closed with 4000
  std::size_t outbox_frames_max = 1'000;
  std::size_t outbox_drained_bytes = 128 * 1024;  // on_drained when the outbox falls below this
  Duration ping_interval = std::chrono::seconds{25};
  std::size_t pings_missed_max = 3;                       // closed with 4001
  Duration handshake_time_max = std::chrono::seconds{5};  // for the owner to decide on an upgrade
  Duration close_time_max =
      std::chrono::seconds{5};  // from our close frame to the end of the socket

  // HTTP
  std::size_t head_bytes_max = 8 * 1024;     // 431
  std::size_t head_fields_max = 64;          // 431
  std::size_t uri_bytes_max = 4 * 1024;      // 414
  std::size_t query_params_max = 64;         // 400
  std::size_t body_bytes_max = 1024 * 1024;  // 413
  Duration head_time_max =
      std::chrono::seconds{10};  // from the first byte (or the accept) to the whole head
  Duration body_time_max = std::chrono::seconds{30};
  Duration idle_time_max = std::chrono::seconds{90};   // between requests of one connection
  Duration write_time_max = std::chrono::seconds{10};  // without the peer taking a byte
  Duration linger_time_max =
      std::chrono::seconds{2};  // reading on after a last answer, so that it is not lost

  // TLS
  Duration tls_handshake_time_max = std::chrono::seconds{5};  // from the accept to its end

  // Sockets
  std::size_t connections_max = 0;  // 0: what the file descriptor limit allows
  std::size_t connections_per_address_max = 200;
  std::size_t accepts_per_turn_max = 64;
  Duration accept_pause = std::chrono::milliseconds{200};  // after running out of file descriptors
};

}  // namespace gochat::net
