// Everything that can be configured, with its default. The keys that fill it are rows of
// config/keys_*.cpp, where each has its range and its meaning.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.hpp"
#include "domain/limits.hpp"

namespace gochat::config {

struct Config {
  struct Server {
    std::string profile = "default";
    std::string listen = "127.0.0.1:8080";
    std::string internal_listen;  // empty: the port of `listen` + 1000 on loopback
    std::string data;             // empty: $XDG_DATA_HOME/gochat, as root /var/lib/gochat
    std::string instance = "gochat-1";
    std::string environment = "production";
    std::string wiring = "embedded";
    std::vector<std::string> roles;  // empty: all of them
    std::string public_url;
    std::vector<std::string> allowed_origins{"http://localhost:5173"};
    bool allow_plaintext = false;
    std::vector<std::string> trusted_proxies;
    std::string tls_certificate;
    std::string tls_key;
    bool operator==(const Server&) const = default;
  } server;

  struct World {
    bool enabled = true;
    double sends_per_second = 200;  // of everybody together
    bool operator==(const World&) const = default;
  } world;

  struct Presence {
    std::uint32_t offline_grace_seconds = 30;
    bool operator==(const Presence&) const = default;
  } presence;

  struct Gateway {
    std::uint32_t io_threads = 0;  // 0: cores - 1, at least 1
    std::uint32_t connections_per_user = limits::connections_per_user_max;
    std::uint32_t connections_per_address = 200;
    std::uint32_t auth_frame_seconds = 10;
    std::uint32_t timeline_heartbeat_seconds = 30;
    std::uint32_t receipt_seconds = 5;  // how long an HTTP send waits for its `stored`
    std::uint32_t lease_seconds = 90;   // without its gateway a socket is gone after this
    std::uint32_t online_max = 0;       // 0: everybody
    bool operator==(const Gateway&) const = default;
  } gateway;

  struct Auth {
    bool registration_open = true;
    bool guests = true;
    bool token_in_url = true;
    bool long_tokens = true;
    std::uint32_t token_minutes = 15;
    std::uint32_t session_days = 7;
    std::uint32_t refreshed_session_days = 30;
    std::uint32_t password_min = limits::password_bytes_min;
    bool refuse_common_passwords = false;
    std::uint32_t failed_logins_per_account = 5;
    std::uint32_t failed_logins_per_address = 20;
    std::uint32_t failed_login_delay_seconds = 60;
    std::uint32_t bcrypt_cost = 10;
    std::uint32_t hashing_threads = 1;
    std::uint32_t hashing_queue = 32;
    std::string token_key;    // empty: DATA/keys/token.key, made at the first start
    std::string refresh_key;  // empty: DATA/keys/refresh.key, made at the first start
    bool operator==(const Auth&) const = default;
  } auth;

  struct Limits {
    double sends_burst = limits::sends_burst;
    double sends_per_second = limits::sends_per_second;
    std::uint32_t sign_ups_burst = 100;  // of one address
    std::uint32_t sign_ups_per_hour = 60;
    std::uint32_t guests_burst = 100;  // of one address
    std::uint32_t guests_per_hour = 120;
    std::uint32_t group_members_max = limits::group_members_max;
    std::uint32_t outbox_bytes = 1024 * 1024;
    std::uint32_t outbox_frames = 1'000;
    std::uint32_t body_bytes = 1024 * 1024;
    std::uint32_t connections = 0;  // 0: what the file descriptors allow
    bool operator==(const Limits&) const = default;
  } limits;

  struct Store {
    std::uint32_t commit_wait_us = 300;     // how long a nearly empty batch waits for company
    std::uint32_t commit_age_max_ms = 250;  // above: new work is refused as overloaded
    std::uint64_t commit_bytes_max = 64ULL * 1024 * 1024;
    std::uint32_t readers = 2;
    std::uint32_t merge_rows = 256 * 1024;
    bool operator==(const Store&) const = default;
  } store;

  struct Queue {
    std::uint32_t lanes = 4;
    std::uint64_t bytes_max = 64ULL * 1024 * 1024;
    std::uint32_t lag_seconds_max = 300;  // 0: whatever it is
    bool operator==(const Queue&) const = default;
  } queue;

  struct Task {
    std::uint32_t lanes = 16;
    std::uint32_t fanout_batch = 100;
    std::uint32_t large_group_from = limits::large_group_from;
    std::uint32_t large_group_back = limits::large_group_back;
    bool operator==(const Task&) const = default;
  } task;

  struct Hooks {
    std::string push_url;
    std::string archive_url;
    std::string moderation_url;
    std::string secret;
    std::uint32_t deadline_ms = 5'000;
    bool operator==(const Hooks&) const = default;
  } hooks;

  // What follows is for a cluster; a server that stands alone reads none of it.

  // The way to a server that it stands on.
  struct BackendTls {
    bool tls = false;
    std::string tls_authorities;  // empty: those of the system
    std::string tls_certificate;  // empty: none is shown
    std::string tls_key;
    bool operator==(const BackendTls&) const = default;
  };

  struct Mysql : BackendTls {
    std::string address = "127.0.0.1:3306";
    std::vector<std::string> replicas;
    std::string user = "gochat";
    std::string password;
    std::string database = "gochat";
    std::string tls_name;  // in its certificate and those of the replicas; empty: their address
    std::uint32_t connections = 16;
    std::uint32_t wait_ms = 2'000;  // for a free connection
    std::uint32_t slow_ms = 200;    // a statement that took longer is logged
    bool operator==(const Mysql&) const = default;
  } mysql;

  struct Redis : BackendTls {
    std::string topology = "standalone";
    std::vector<std::string> addresses{"127.0.0.1:6379"};
    std::string master = "gochat";  // its name among the sentinels
    std::string user;
    std::string password;
    std::string sentinel_user;
    std::string sentinel_password;
    std::string tls_name;  // in the certificates of all of them; empty: their address
    std::string prefix;
    std::uint32_t connections = 2;  // to each node
    std::uint32_t command_ms = 500;
    bool operator==(const Redis&) const = default;
  } redis;

  struct Kafka : BackendTls {
    std::vector<std::string> brokers{"127.0.0.1:9092"};
    std::string sasl_mechanism = "none";
    std::string user;
    std::string password;
    std::string prefix;  // of topics and groups
    std::uint32_t lanes = 8;
    std::uint32_t replicas = 1;
    std::uint32_t linger_ms = 1;
    std::uint32_t gone_gateway_seconds = 24 * 3600;  // then its topic is removed
    bool operator==(const Kafka&) const = default;
  } kafka;

  struct Etcd : BackendTls {
    std::vector<std::string> endpoints{"127.0.0.1:2379"};
    std::string user;
    std::string password;
    std::string tls_name;  // in the certificates of its members; empty: their address
    std::string prefix = "/gochat";
    std::uint32_t lease_seconds = 10;
    std::uint32_t machine_lease_seconds = 24 * 3600;  // ids are issued that long without etcd
    bool operator==(const Etcd&) const = default;
  } etcd;

  struct Grpc {
    std::string listen;     // empty: by the first role, 127.0.0.1:9000 to 9003
    std::string advertise;  // empty: what listens
    std::string token;
    std::string tls_certificate;
    std::string tls_key;
    std::string tls_authorities;
    std::string tls_name;  // in the certificates of the others; empty: their address
    bool reflection = false;
    std::uint32_t deadline_ms = 5'000;
    bool operator==(const Grpc&) const = default;
  } grpc;

  struct Log {
    std::string level = "info";
    std::string format = "auto";
    std::string file;  // empty: standard output
    std::uint64_t file_bytes = 64ULL * 1024 * 1024;
    std::uint32_t files = 5;
    bool operator==(const Log&) const = default;
  } log;

  struct Trace {
    std::string endpoint;  // empty: nothing is recorded
    double sample_ratio = 0.01;
    std::string service_name = "gochat";
    std::uint32_t spans_max = 8'192;  // that wait to be exported
    bool operator==(const Trace&) const = default;
  } trace;

  struct Drain {
    std::uint32_t wait_ms = 0;
    std::uint32_t window_ms = 1'000;
    bool operator==(const Drain&) const = default;
  } drain;

  bool operator==(const Config&) const = default;
};

struct HostPort {
  std::string host;
  std::uint16_t port = 0;
};
// "127.0.0.1:8080", "[::1]:8080"; the hint names `key`.
Result<HostPort> parse_listen(const std::string& text, const std::string& key);

// Whether this process has that role; an empty list is all of them.
bool has_role(const Config& config, std::string_view role);

std::string default_home();
// What the defaults leave open is decided: data, internal_listen, io_threads, grpc.listen.
Result<Config> complete(Config config);

}  // namespace gochat::config
