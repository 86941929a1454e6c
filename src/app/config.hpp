// Everything that can be configured, with its default. Keys are section.key, as the members are
// named; flags, environment and file fill this one struct.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "domain/limits.hpp"

namespace gochat::app {

struct Config {
  struct Server {
    std::string listen = "127.0.0.1:8080";
    std::string internal_listen;  // empty: the address of `listen`, its port + 1000
    std::string data;             // empty: $XDG_DATA_HOME/gochat, as root /var/lib/gochat
    std::string instance = "gochat-1";
    std::string public_url;
    std::vector<std::string> allowed_origins{"http://localhost:5173"};
  } server;

  struct World {
    bool enabled = true;
    double sends_per_second = 200;  // of everybody together
  } world;

  struct Gateway {
    std::uint32_t io_threads = 0;  // 0: cores - 1, at least 1
    std::uint32_t connections_per_user = limits::connections_per_user_max;
    std::uint32_t connections_per_address = 200;
    std::uint32_t auth_frame_seconds = 10;
    std::uint32_t receipt_seconds = 5;  // how long an HTTP send waits for its `stored`
  } gateway;

  struct Auth {
    bool registration_open = true;
    bool guests = true;
    bool token_in_url = true;
    std::uint32_t password_min = limits::password_bytes_min;
    std::uint32_t bcrypt_cost = 10;
    std::uint32_t hashing_threads = 1;
    std::uint32_t hashing_queue = 32;
  } auth;

  struct Limits {
    double sends_burst = limits::sends_burst;
    double sends_per_second = limits::sends_per_second;
    std::uint32_t group_members_max = limits::group_members_max;
    std::uint32_t outbox_bytes = 1024 * 1024;
    std::uint32_t outbox_frames = 1'000;
  } limits;

  struct Store {
    std::uint32_t commit_wait_us = 300;     // how long a nearly empty batch waits for company
    std::uint32_t commit_age_max_ms = 250;  // above: new work is refused as overloaded
    std::uint64_t commit_bytes_max = 64ULL * 1024 * 1024;
    std::uint32_t readers = 2;
  } store;

  struct Queue {
    std::uint32_t lanes = 4;
    std::uint64_t bytes_max = 64ULL * 1024 * 1024;
  } queue;

  struct Log {
    std::string level = "info";
  } log;

  struct Drain {
    std::uint32_t wait_ms = 0;
    std::uint32_t window_ms = 1'000;
  } drain;
};

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
// "127.0.0.1:8080", "[::1]:8080"; the hint names `key`.
Result<HostPort> parse_listen(const std::string& text, const std::string& key);

// --listen --internal-listen --data --log-level --profile; the hint says which flag and what it may
// be.
Result<Config> config_from_flags(const std::vector<std::string>& arguments);
std::string default_home();
// What the defaults leave open is decided: data, internal_listen, io_threads.
Result<Config> complete(Config config);

}  // namespace gochat::app
