// Where Redis is, who we are there, and how long and how much we wait for it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "async/breaker.hpp"
#include "async/retry.hpp"
#include "async/timer.hpp"

namespace gochat::redis {

struct Address {
  std::string host;
  std::uint16_t port = 0;

  std::string text() const { return host + ":" + std::to_string(port); }
  auto operator<=>(const Address&) const = default;
};

enum class Deployment : std::uint8_t {
  standalone,
  sentinel,  // the addresses are those of the sentinels
  cluster,   // the addresses are where the first map of slots is asked for
};

struct Credentials {
  std::string user;  // empty: the password alone
  std::string password;
};

struct TlsFiles {
  std::string authorities;  // empty: those of the system
  std::string certificate;  // empty: none is shown
  std::string key;
  std::string server_name;  // empty: the host of the address
};

struct ClientLimits {
  std::size_t connections_per_node_max = 2;  // a key always takes the same one
  std::size_t in_flight_max = 10'000;        // commands of one connection without a reply
  std::size_t pipeline_max = 1'000;          // of one call; the rest follows them
  std::size_t waiting_max = 1'000;  // commands until the master or the map of slots is known
  std::size_t reply_bytes_max = 64 * 1024 * 1024;
  std::uint32_t redirects_max = 5;
  Duration command_time_max = std::chrono::seconds{1};
  Duration connect_time_max = std::chrono::seconds{1};
  // A connection that owes replies and is silent for so long is closed.
  Duration silence_max = std::chrono::seconds{1};
  // How long a master or a map of slots is trusted without being asked for again.
  Duration trust_max = std::chrono::seconds{10};
  // Between two questions for them when something failed.
  Duration ask_pause_min = std::chrono::milliseconds{100};
};

struct Options {
  Deployment deployment = Deployment::standalone;
  std::vector<Address> addresses;
  std::string master_name = "gochat";  // what the sentinels call it
  Credentials credentials;
  Credentials sentinel_credentials;
  std::uint32_t database = 0;
  std::optional<TlsFiles> tls;
  std::string key_prefix;
  ClientLimits limits;
  // What is sent again by itself may be carried out twice; calls that must not be are not retried.
  RetryPolicy retry{.attempts_max = 3,
                    .first_delay_max = std::chrono::milliseconds{20},
                    .delay_max = std::chrono::milliseconds{200}};
  RetryPolicy reconnect{.first_delay_max = std::chrono::milliseconds{50},
                        .delay_max = std::chrono::seconds{2}};
  BreakerPolicy breaker{.failures_in_a_row_max = 20, .open_time = std::chrono::milliseconds{500}};
};

}  // namespace gochat::redis
