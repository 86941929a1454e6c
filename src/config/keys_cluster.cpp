// What the processes of a cluster stand on, and how they call each other.
#include "config/key_rows.hpp"

namespace gochat::config {
namespace {

constexpr Key table[] = {
    {"mysql.address", at<&C::mysql, &C::Mysql::address>, host,
     "The primary of MySQL or MariaDB; only the role repo talks to it."},
    {"mysql.replicas", at<&C::mysql, &C::Mysql::replicas>, host,
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
    {"redis.addresses", at<&C::redis, &C::Redis::addresses>, host,
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

    {"kafka.brokers", at<&C::kafka, &C::Kafka::brokers>, host, "Brokers that are asked first."},
    {"kafka.sasl_mechanism", at<&C::kafka, &C::Kafka::sasl_mechanism>,
     one_of("none|PLAIN|SCRAM-SHA-256|SCRAM-SHA-512"),
     "How a user signs in there; none: nobody does, or the certificate says who comes.", own},
    {"kafka.user", at<&C::kafka, &C::Kafka::user>, text, "Who signs in there.", own},
    {"kafka.password", at<&C::kafka, &C::Kafka::password>, text, "Its password.", secret},
    {"kafka.tls", at<&C::kafka, &C::Kafka::tls>, on_off,
     "Speak TLS with brokers, and only with one whose certificate has the name or address under "
     "which it is called.",
     own},
    {"kafka.tls_authorities", at<&C::kafka, &C::Kafka::tls_authorities>, file,
     "PEM file of those who issue its certificates; empty: those whom the system believes.", own},
    {"kafka.tls_certificate", at<&C::kafka, &C::Kafka::tls_certificate>, file,
     "PEM file of the certificate that is shown to it, with its chain; empty: none.", own},
    {"kafka.tls_key", at<&C::kafka, &C::Kafka::tls_key>, file,
     "PEM file of that certificate's key, readable by nobody else.", own},
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

    {"etcd.endpoints", at<&C::etcd, &C::Etcd::endpoints>, host,
     "Members of etcd, through which processes find each other.", own},
    {"etcd.user", at<&C::etcd, &C::Etcd::user>, text,
     "Who signs in there; empty: nobody, or whom the certificate names.", own},
    {"etcd.password", at<&C::etcd, &C::Etcd::password>, text, "Its password.", secret},
    {"etcd.tls", at<&C::etcd, &C::Etcd::tls>, on_off,
     "Speak TLS with its members, and with nobody who cannot prove to be one.", own},
    {"etcd.tls_authorities", at<&C::etcd, &C::Etcd::tls_authorities>, file,
     "PEM file of those who issue its certificates; empty: those whom the system believes.", own},
    {"etcd.tls_certificate", at<&C::etcd, &C::Etcd::tls_certificate>, file,
     "PEM file of the certificate that is shown to it, with its chain; empty: none.", own},
    {"etcd.tls_key", at<&C::etcd, &C::Etcd::tls_key>, file,
     "PEM file of that certificate's key, readable by nobody else.", own},
    {"etcd.tls_name", at<&C::etcd, &C::Etcd::tls_name>, text,
     "The name that its certificates must have; empty: the address that is called.", own},
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
};

}  // namespace

std::span<const Key> keys_of_cluster() { return table; }

}  // namespace gochat::config
