#include "config/keys.hpp"

#include <algorithm>
#include <limits>

namespace gochat::config {
namespace {

template <auto section, auto key>
Member at(Config& config) {
  return &(config.*section.*key);
}

constexpr double mebi = 1024.0 * 1024.0;

constexpr Takes between(double min, double max) { return {.min = min, .max = max}; }
constexpr Takes one_of(std::string_view words) { return {.words = words}; }
constexpr Takes on_off{.words = "on|off"};
constexpr Takes text{};
constexpr Takes address{.shape = Shape::address_port};
constexpr Takes network{.shape = Shape::network};
constexpr Takes url{.shape = Shape::url};
constexpr Takes http_url{.shape = Shape::http_url};
constexpr Takes file{.shape = Shape::file};
constexpr Takes key_256_bit{.shape = Shape::key_256_bit};

constexpr Traits at_run_time{.applied = Applied::at_run_time};
constexpr Traits own{.own = true};
constexpr Traits own_at_run_time{.applied = Applied::at_run_time, .own = true};
constexpr Traits secret{.secret = true};

using C = Config;

constexpr Key table[] = {
    {"server.profile",
     at<&C::server, &C::Server::profile>,
     one_of("default|hardened|bench"),
     "A set of defaults: hardened for public servers, bench for load tests on this machine.",
     {.flag = "--profile", .own = true}},
    {"server.listen",
     at<&C::server, &C::Server::listen>,
     address,
     "Where clients connect.",
     {.flag = "--listen", .own = true}},
    {"server.internal_listen",
     at<&C::server, &C::Server::internal_listen>,
     address,
     "Health and metrics, for the operator; empty: on loopback, the port of listen + 1000, without "
     "a "
     "gateway that of grpc.listen + 1000.",
     {.flag = "--internal-listen", .own = true}},
    {"server.data",
     at<&C::server, &C::Server::data>,
     file,
     "Folder of database, keys and lock; empty: $XDG_DATA_HOME/gochat, as root /var/lib/gochat.",
     {.flag = "--data", .own = true}},
    {"server.instance", at<&C::server, &C::Server::instance>, text,
     "The name of this process among its like, in logs and records.", own},
    {"server.environment", at<&C::server, &C::Server::environment>, text,
     "Where it runs, such as production or staging. A cluster refuses a database of another one.",
     own},
    {"server.wiring", at<&C::server, &C::Server::wiring>, one_of("embedded|cluster"),
     "Everything in this process, or roles that meet over MySQL, Redis, Kafka, etcd and gRPC.",
     own},
    {"server.roles", at<&C::server, &C::Server::roles>, one_of("gateway|logic|repo|task"),
     "The roles of this process; empty: all. Embedded has all of them.", own},
    {"server.public_url", at<&C::server, &C::Server::public_url>, url,
     "The address that people type, when a proxy stands before this server."},
    {"server.allowed_origins", at<&C::server, &C::Server::allowed_origins>, url,
     "Web pages of other hosts that may use the API: their origins."},
    {"server.allow_plaintext", at<&C::server, &C::Server::allow_plaintext>, on_off,
     "Listen on a public address without TLS: passwords then cross the network in the clear."},
    {"server.trusted_proxies", at<&C::server, &C::Server::trusted_proxies>, network,
     "Peers whose X-Forwarded-For is believed; they are expected to end TLS."},
    {"server.tls_certificate", at<&C::server, &C::Server::tls_certificate>, file,
     "PEM file of the certificate and its chain: https and wss.", own_at_run_time},
    {"server.tls_key", at<&C::server, &C::Server::tls_key>, file,
     "PEM file of the certificate's key, readable by nobody else.", own_at_run_time},

    {"world.enabled", at<&C::world, &C::World::enabled>, on_off,
     "One room in which everybody may read and write."},
    {"world.sends_per_second", at<&C::world, &C::World::sends_per_second>, between(0.1, 1e9),
     "Messages into the world room, of everybody together.", at_run_time},

    {"presence.offline_grace_seconds", at<&C::presence, &C::Presence::offline_grace_seconds>,
     between(0, 300), "How long somebody's last socket may be gone before others are told."},

    {"gateway.io_threads", at<&C::gateway, &C::Gateway::io_threads>, between(0, 256),
     "Threads that own sockets; 0: one fewer than cores, at least one."},
    {"gateway.connections_per_user", at<&C::gateway, &C::Gateway::connections_per_user>,
     between(1, 1000), "Sockets of one person; one more closes the oldest."},
    {"gateway.connections_per_address", at<&C::gateway, &C::Gateway::connections_per_address>,
     between(1, 1e9),
     "Connections of one address, or of one /64 of IPv6; behind a trusted proxy, its sockets."},
    {"gateway.auth_frame_seconds", at<&C::gateway, &C::Gateway::auth_frame_seconds>,
     between(1, 300), "How long a socket that was opened without a token may take to send one."},
    {"gateway.timeline_heartbeat_seconds", at<&C::gateway, &C::Gateway::timeline_heartbeat_seconds>,
     between(1, 300),
     "How often clients of gochat.timeline.v1 send one; two that are missing make them offline."},
    {"gateway.receipt_seconds", at<&C::gateway, &C::Gateway::receipt_seconds>, between(1, 60),
     "How long an HTTP send waits to hear that its message is stored."},
    {"gateway.lease_seconds", at<&C::gateway, &C::Gateway::lease_seconds>, between(3, 3'600),
     "Sockets of a gateway that is lost count as gone after this; one that lives says so three "
     "times meanwhile."},
    {"gateway.online_max", at<&C::gateway, &C::Gateway::online_max>, between(0, 1e9),
     "People online over all gateways above whom no further socket is let in; 0: no limit."},

    {"auth.registration", at<&C::auth, &C::Auth::registration_open>, one_of("open|closed"),
     "Whether anybody may make an account; closed: the operator makes them.", at_run_time},
    {"auth.guests", at<&C::auth, &C::Auth::guests>, on_off,
     "Whether people may come in without an account.", at_run_time},
    {"auth.token_in_url", at<&C::auth, &C::Auth::token_in_url>, on_off,
     "Accept /ws?token=JWT beside the header, the first frame and single-use tickets."},
    {"auth.long_tokens", at<&C::auth, &C::Auth::long_tokens>, on_off,
     "Give clients that cannot refresh a token as long as their session; off: they must refresh."},
    {"auth.token_minutes", at<&C::auth, &C::Auth::token_minutes>, between(1, 1440),
     "Life of the access token of a client that refreshes."},
    {"auth.session_days", at<&C::auth, &C::Auth::session_days>, between(1, 365),
     "Life of a session that does not refresh."},
    {"auth.refreshed_session_days", at<&C::auth, &C::Auth::refreshed_session_days>, between(1, 365),
     "Life of a session that refreshes."},
    {"auth.password_min", at<&C::auth, &C::Auth::password_min>,
     between(limits::password_bytes_min, limits::password_bytes_max),
     "Shortest password in bytes; the longest is 72."},
    {"auth.refuse_common_passwords", at<&C::auth, &C::Auth::refuse_common_passwords>, on_off,
     "Refuse the passwords that are tried first by those who guess."},
    {"auth.failed_logins_per_account", at<&C::auth, &C::Auth::failed_logins_per_account>,
     between(1, 1e9), "Wrong passwords per account before each further one doubles the wait."},
    {"auth.failed_logins_per_address", at<&C::auth, &C::Auth::failed_logins_per_address>,
     between(1, 1e9), "Wrong passwords per address before each further one doubles the wait."},
    {"auth.failed_login_delay_seconds", at<&C::auth, &C::Auth::failed_login_delay_seconds>,
     between(1, 3600), "The longest such wait."},
    {"auth.bcrypt_cost", at<&C::auth, &C::Auth::bcrypt_cost>, between(4, 16),
     "Work of one password hash; each step doubles it, 10 is about 50 ms.", at_run_time},
    {"auth.hashing_threads", at<&C::auth, &C::Auth::hashing_threads>, between(1, 64),
     "Threads that hash passwords and do nothing else.", own},
    {"auth.hashing_queue", at<&C::auth, &C::Auth::hashing_queue>, between(1, 10'000),
     "Passwords that wait for them; above, a login is answered 503.", own},
    {"auth.token_key", at<&C::auth, &C::Auth::token_key>, key_256_bit,
     "Key that signs access tokens; empty: made at first start in DATA/keys.", secret},
    {"auth.refresh_key", at<&C::auth, &C::Auth::refresh_key>, key_256_bit,
     "Key that signs refresh tokens; empty: made at first start in DATA/keys.", secret},

    {"limits.sends_burst", at<&C::limits, &C::Limits::sends_burst>, between(1, 1e9),
     "Messages that one person may send at once.", at_run_time},
    {"limits.sends_per_second", at<&C::limits, &C::Limits::sends_per_second>, between(0.1, 1e9),
     "Messages of one person per second, in the long run.", at_run_time},
    {"limits.sign_ups_burst", at<&C::limits, &C::Limits::sign_ups_burst>, between(1, 1e9),
     "Accounts that may be made at once from one address, or one /64 of IPv6; loopback is not "
     "counted.",
     at_run_time},
    {"limits.sign_ups_per_hour", at<&C::limits, &C::Limits::sign_ups_per_hour>, between(1, 1e9),
     "The same per hour, in the long run.", at_run_time},
    {"limits.guests_burst", at<&C::limits, &C::Limits::guests_burst>, between(1, 1e9),
     "Guests who may come in at once from one address.", at_run_time},
    {"limits.guests_per_hour", at<&C::limits, &C::Limits::guests_per_hour>, between(1, 1e9),
     "The same per hour, in the long run.", at_run_time},
    {"limits.group_members_max", at<&C::limits, &C::Limits::group_members_max>,
     between(2, limits::group_members_max), "Members of one group."},
    {"limits.outbox_bytes", at<&C::limits, &C::Limits::outbox_bytes>, between(65'536, 256 * mebi),
     "What may wait for a slow reader, in bytes; above, its socket is closed with 4000."},
    {"limits.outbox_frames", at<&C::limits, &C::Limits::outbox_frames>, between(10, 1e6),
     "The same in frames."},
    {"limits.body_bytes", at<&C::limits, &C::Limits::body_bytes>, between(65'536, 16 * mebi),
     "The largest HTTP body."},
    {"limits.connections", at<&C::limits, &C::Limits::connections>, between(0, 1e9),
     "Connections of all together; 0: what the limit of file descriptors allows."},

    {"store.commit_wait_us", at<&C::store, &C::Store::commit_wait_us>, between(0, 100'000),
     "How long a nearly empty transaction waits for company, in microseconds."},
    {"store.commit_age_max_ms", at<&C::store, &C::Store::commit_age_max_ms>, between(10, 60'000),
     "Age of the oldest waiting write at which new ones are refused as OVERLOADED."},
    {"store.commit_bytes_max", at<&C::store, &C::Store::commit_bytes_max>,
     between(mebi, 16'384 * mebi), "Bytes of waiting writes at which new ones are refused."},
    {"store.readers", at<&C::store, &C::Store::readers>, between(1, 64),
     "Threads that read the database."},
    {"store.merge_rows", at<&C::store, &C::Store::merge_rows>, between(1'024, 4'194'304),
     "Messages that memory indexes before they are merged into the sorted tables; up to twice as "
     "many at a time. Fewer take less memory and write more."},

    {"queue.lanes", at<&C::queue, &C::Queue::lanes>, between(1, 1024),
     "Lanes in which conversations are worked on side by side; in a cluster it is kafka.lanes."},
    {"queue.bytes_max", at<&C::queue, &C::Queue::bytes_max>, between(mebi, 16'384 * mebi),
     "Bytes of one topic that may wait; above, a send is refused as OVERLOADED."},
    {"queue.lag_seconds_max", at<&C::queue, &C::Queue::lag_seconds_max>, between(0, 1e6),
     "Sends are refused once none has been answered for so long although some wait, because every "
     "logic is away or the database is; 0: never."},

    {"task.lanes", at<&C::task, &C::Task::lanes>, between(1, 1024),
     "Lanes in which background tasks are worked on side by side."},
    {"task.fanout_batch", at<&C::task, &C::Task::fanout_batch>, between(1, 10'000),
     "Members of a large group that are looked up at a time."},
    {"task.large_group_from", at<&C::task, &C::Task::large_group_from>,
     between(2, limits::group_members_max),
     "Members from which a group is told of its messages by task, shard by shard."},
    {"task.large_group_back", at<&C::task, &C::Task::large_group_back>,
     between(1, limits::group_members_max),
     "Members at which a group that shrinks is told at once again."},

    {"hooks.push_url", at<&C::hooks, &C::Hooks::push_url>, http_url,
     "Told of each message and of its receivers without a connection, who have not muted it; "
     "empty: nobody."},
    {"hooks.archive_url", at<&C::hooks, &C::Hooks::archive_url>, http_url,
     "Told of each message outside the world room, words and all; empty: nobody."},
    {"hooks.moderation_url", at<&C::hooks, &C::Hooks::moderation_url>, http_url,
     "Told likewise, for whoever looks after what is said; empty: nobody."},
    {"hooks.secret",
     at<&C::hooks, &C::Hooks::secret>,
     key_256_bit,
     "Key of the signature on everything that hooks are told; in a cluster the same for all.",
     {.secret = true}},
    {"hooks.deadline_ms", at<&C::hooks, &C::Hooks::deadline_ms>, between(100, 20'000),
     "How long a hook may take to answer; then it is tried again."},

    {"mysql.address", at<&C::mysql, &C::Mysql::address>, address,
     "The primary of MySQL or MariaDB; only the role repo talks to it."},
    {"mysql.replicas", at<&C::mysql, &C::Mysql::replicas>, address,
     "Replicas, for pages of history that they are known to have."},
    {"mysql.user", at<&C::mysql, &C::Mysql::user>, text, "Who signs in there."},
    {"mysql.password", at<&C::mysql, &C::Mysql::password>, text, "Its password.", secret},
    {"mysql.database", at<&C::mysql, &C::Mysql::database>, text,
     "The database; it must be there, and `gochat migrate up` makes its tables."},
    {"mysql.connections", at<&C::mysql, &C::Mysql::connections>, between(2, 1'000),
     "Connections of this process to each of them."},
    {"mysql.wait_ms", at<&C::mysql, &C::Mysql::wait_ms>, between(1, 60'000),
     "How long a call waits for a free one before it is refused."},
    {"mysql.slow_ms", at<&C::mysql, &C::Mysql::slow_ms>, between(1, 60'000),
     "A statement that takes longer is logged."},

    {"redis.topology", at<&C::redis, &C::Redis::topology>, one_of("standalone|sentinel|cluster"),
     "How Redis is deployed."},
    {"redis.addresses", at<&C::redis, &C::Redis::addresses>, address,
     "The server; of sentinels or a cluster, those that are asked first."},
    {"redis.master", at<&C::redis, &C::Redis::master>, text,
     "The name under which sentinels watch the master."},
    {"redis.user", at<&C::redis, &C::Redis::user>, text, "Who signs in there; empty: the default."},
    {"redis.password", at<&C::redis, &C::Redis::password>, text, "Its password; empty: none.",
     secret},
    {"redis.prefix", at<&C::redis, &C::Redis::prefix>, text,
     "Put before every key, so that several environments may share a Redis.", own},
    {"redis.connections", at<&C::redis, &C::Redis::connections>, between(1, 64),
     "Connections of this process to each node."},
    {"redis.command_ms", at<&C::redis, &C::Redis::command_ms>, between(10, 60'000),
     "How long a command may take before Redis counts as away."},

    {"kafka.brokers", at<&C::kafka, &C::Kafka::brokers>, address, "Brokers that are asked first."},
    {"kafka.prefix", at<&C::kafka, &C::Kafka::prefix>, text,
     "Put before every topic and group, so that several environments may share the brokers.", own},
    {"kafka.lanes", at<&C::kafka, &C::Kafka::lanes>, between(1, 1'024),
     "Lanes in which conversations are worked on side by side: partitions of the topic of sends "
     "when "
     "it is made. Changed later they change nothing."},
    {"kafka.replicas", at<&C::kafka, &C::Kafka::replicas>, between(1, 7),
     "Copies of each partition when a topic is made."},
    {"kafka.linger_ms", at<&C::kafka, &C::Kafka::linger_ms>, between(0, 100),
     "How long a record waits for company on its way to the broker."},
    {"kafka.gone_gateway_seconds", at<&C::kafka, &C::Kafka::gone_gateway_seconds>, between(1, 1e9),
     "For how long a gateway may be gone before its topic is removed."},

    {"etcd.endpoints", at<&C::etcd, &C::Etcd::endpoints>, address,
     "Members of etcd, through which processes find each other.", own},
    {"etcd.prefix", at<&C::etcd, &C::Etcd::prefix>, text,
     "Put before every key, so that several environments may share an etcd.", own},
    {"etcd.lease_seconds", at<&C::etcd, &C::Etcd::lease_seconds>, between(2, 300),
     "How long a process that died stays listed.", own},

    {"grpc.listen", at<&C::grpc, &C::Grpc::listen>, address,
     "Where other processes call this one; empty: on loopback, gateway 9000, logic 9001, repo "
     "9002, task 9003, by the first of its roles that is not the gateway.",
     own},
    {"grpc.advertise", at<&C::grpc, &C::Grpc::advertise>, address,
     "The address that others are told; empty: what listens.", own},
    {"grpc.token", at<&C::grpc, &C::Grpc::token>, text,
     "Shared by all processes of a cluster: who does not show it is refused.", secret},
    {"grpc.tls_certificate", at<&C::grpc, &C::Grpc::tls_certificate>, file,
     "PEM file of this process's certificate and its chain, shown to callers and to those it "
     "calls.",
     own_at_run_time},
    {"grpc.tls_key", at<&C::grpc, &C::Grpc::tls_key>, file,
     "PEM file of that certificate's key, readable by nobody else.", own_at_run_time},
    {"grpc.tls_authorities", at<&C::grpc, &C::Grpc::tls_authorities>, file,
     "PEM file of those who issue the certificates of a cluster: who shows none of theirs is "
     "refused.",
     own_at_run_time},
    {"grpc.tls_name", at<&C::grpc, &C::Grpc::tls_name>, text,
     "The name that the certificates of the others must have; empty: the address that is called.",
     own},
    {"grpc.reflection", at<&C::grpc, &C::Grpc::reflection>, on_off,
     "Tell callers which services there are; for development."},
    {"grpc.deadline_ms", at<&C::grpc, &C::Grpc::deadline_ms>, between(100, 60'000),
     "How long a call from one process to another may take."},

    {"log.level",
     at<&C::log, &C::Log::level>,
     one_of("debug|info|warn|error"),
     "The least severe lines that are written.",
     {.flag = "--log-level", .applied = Applied::at_run_time}},
    {"log.format", at<&C::log, &C::Log::format>, one_of("auto|json|text"),
     "json lines, text for people, or auto: text on a terminal and json elsewhere.", own},
    {"log.file", at<&C::log, &C::Log::file>, file, "A file instead of standard output.", own},
    {"log.file_bytes", at<&C::log, &C::Log::file_bytes>, between(65'536, 16'384 * mebi),
     "Size at which the file is put aside and a new one begun.", own},
    {"log.files", at<&C::log, &C::Log::files>, between(1, 1000),
     "Files that are kept, the current one included.", own},

    {"trace.endpoint",
     at<&C::trace, &C::Trace::endpoint>,
     text,
     "An OpenTelemetry collector that takes OTLP over gRPC, such as http://127.0.0.1:4317; empty: "
     "no traces.",
     {.foreign_variable = "OTEL_EXPORTER_OTLP_ENDPOINT"}},
    {"trace.sample_ratio",
     at<&C::trace, &C::Trace::sample_ratio>,
     between(0, 1),
     "Of the traces that begin here, how many are recorded.",
     {.applied = Applied::at_run_time, .foreign_variable = "OTEL_TRACES_SAMPLER_ARG"}},
    {"trace.service_name",
     at<&C::trace, &C::Trace::service_name>,
     text,
     "What the traces call this service.",
     {.foreign_variable = "OTEL_SERVICE_NAME"}},
    {"trace.spans_max", at<&C::trace, &C::Trace::spans_max>, between(1, 1e6),
     "Spans that wait for the collector; further ones are dropped and counted."},

    {"drain.wait_ms", at<&C::drain, &C::Drain::wait_ms>, between(0, 600'000),
     "Between not being ready and closing, so that balancers see it; still serving.", at_run_time},
    {"drain.window_ms", at<&C::drain, &C::Drain::window_ms>, between(0, 600'000),
     "Over which the closes of all sockets are spread.", at_run_time},
};

}  // namespace

std::string Key::variable() const {
  std::string variable = "GOCHAT_";
  for (const char c : name) {
    variable += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return variable;
}

bool Key::is_list() const {
  Config any;
  return std::holds_alternative<std::vector<std::string>*>(member(any));
}

std::span<const Key> keys() { return table; }

const Key* find_key(std::string_view name) {
  const auto found = std::ranges::find(table, name, &Key::name);
  return found == std::end(table) ? nullptr : found;
}

std::vector<std::string_view> sections() {
  std::vector<std::string_view> all;
  for (const Key& key : table) {
    if (all.empty() || all.back() != key.section()) all.push_back(key.section());
  }
  return all;
}

}  // namespace gochat::config
