// Where the database is, and the bounds of everything that asks it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "async/breaker.hpp"
#include "async/timer.hpp"

namespace gochat::mysql {

// PEM files.
struct TlsFiles {
  std::string authorities;  // empty: those of the system
  std::string certificate;  // empty: none is shown
  std::string key;
  std::string server_name;  // in its certificate; empty: the host
};

struct ServerOptions {
  std::string host = "127.0.0.1";
  std::uint16_t port = 3306;
  std::string user = "gochat";
  std::string password;
  std::string database = "gochat";
  // Refuses a server without TLS, and one whose certificate the authorities did not sign for it.
  std::optional<TlsFiles> tls;
};

struct ConnectionLimits {
  // From the first packet to a session that is set up.
  Duration connect_max = std::chrono::seconds{3};
  // How long a statement waits for a row that another transaction holds; whole seconds.
  Duration lock_wait_max = std::chrono::seconds{2};
  // The server ends a session that is silent for so long, and with it a transaction whose process
  // stands still and would keep its rows from everybody; whole seconds.
  Duration silence_max = std::chrono::seconds{8};
  // Prepared statements that one connection keeps; the one not used for longest makes room.
  std::size_t statements_max = 256;
  // A statement that took longer is told in the log.
  Duration slow_after = std::chrono::milliseconds{200};
};

struct PoolLimits {
  std::size_t connections_max = 16;
  // Callers that wait for a connection, and how long each does at most.
  std::size_t waiting_max = 1'000;
  Duration wait_max = std::chrono::seconds{2};
  // A connection that was idle for longer is asked whether it still answers before it is used.
  Duration ping_after = std::chrono::seconds{4};
  Duration ping_max = std::chrono::seconds{1};
  // After a connection that could not be made, the next try waits a random time below a bound that
  // doubles from the first to the last; until then callers are refused at once.
  Duration reconnect_first = std::chrono::milliseconds{50};
  Duration reconnect_last = std::chrono::seconds{2};
  // What a call may take where its port gives no deadline.
  Duration call_max = std::chrono::seconds{5};
  // How often a transaction that lost against another one is begun anew.
  std::uint32_t deadlock_retries_max = 8;
};

struct ReplicaLimits {
  // What a page may wait for a replica before the primary is asked for it.
  Duration answer_max = std::chrono::milliseconds{500};
  // When a replica that keeps failing is left alone, and for how long.
  BreakerPolicy breaker;
};

}  // namespace gochat::mysql
