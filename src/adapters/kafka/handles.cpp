#include "adapters/kafka/handles.hpp"

#include <array>
#include <utility>
#include <vector>

#include "base/log.hpp"
#include "base/mutex.hpp"

namespace gochat::kafka {
namespace {

constexpr int syslog_critical = 2;
constexpr int syslog_warning = 4;
constexpr int syslog_notice = 5;
constexpr std::size_t refusal_bytes = 512;

// Called from librdkafka's threads. What it calls an error, a broker that went away, it mends by
// itself; whom that concerns is told by the outcome of their own call.
void log_line(const rd_kafka_t*, int level, const char* facility, const char* text) {
  auto at = log::Level::debug;
  if (level <= syslog_notice) at = log::Level::info;
  if (level <= syslog_warning) at = log::Level::warn;
  if (level <= syslog_critical) at = log::Level::error;
  log::write(
      at, "librdkafka",
      {{log::Field::component, "kafka"}, {log::Field::code, facility}, {log::Field::reason, text}});
}

// A consumer that is let go without having been closed leaves its group to the session time-out.
void end_client(rd_kafka_t* client) {
  const bool consumer = rd_kafka_type(client) == RD_KAFKA_CONSUMER;
  rd_kafka_destroy_flags(client, consumer ? RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE : 0);
}

}  // namespace

void leave_to_the_process(ClientPtr client) {
  static Mutex mutex;
  static auto* const left = new std::vector<ClientPtr>;
  rd_kafka_set_log_level(client.get(), 0);  // its threads may outlive the log
  const MutexLock lock{mutex};
  left->push_back(std::move(client));
}

Settings::Settings(const KafkaOptions& options) : settings_{rd_kafka_conf_new()} {
  rd_kafka_conf_set_log_cb(settings_, log_line);
  set("bootstrap.servers", options.brokers).set("client.id", options.client_id);
  set("allow.auto.create.topics", "false");
  set_ms("reconnect.backoff.max.ms", options.limits.reconnect_pause_max);
  set("socket.nagle.disable", "true").set("log.connection.close", "false");
  secure(options);
}

void Settings::secure(const KafkaOptions& options) {
  if (options.tls) {
    const KafkaTls& tls = *options.tls;
    set("ssl.ca.location", tls.authorities.empty() ? "probe" : tls.authorities);
    if (!tls.certificate.empty()) {
      set("ssl.certificate.location", tls.certificate).set("ssl.key.location", tls.key);
    }
  }
  if (options.sasl) {
    set("sasl.mechanisms", options.sasl->mechanism);
    set("sasl.username", options.sasl->user).set("sasl.password", options.sasl->password);
  }
  const std::string tls = options.tls ? "ssl" : "plaintext";
  set("security.protocol", options.sasl ? "sasl_" + tls : tls);
}

Settings::~Settings() {
  if (settings_) rd_kafka_conf_destroy(settings_);
}

Settings& Settings::set(const std::string& name, const std::string& value) {
  std::array<char, refusal_bytes> why{};
  const auto answer =
      rd_kafka_conf_set(settings_, name.c_str(), value.c_str(), why.data(), why.size());
  if (answer != RD_KAFKA_CONF_OK && refused_.empty()) refused_ = why.data();
  return *this;
}

Settings& Settings::set(const std::string& name, std::size_t value) {
  return set(name, std::to_string(value));
}

Settings& Settings::set_ms(const std::string& name, Duration value) {
  return set(name, std::to_string(whole_ms(value)));
}

Settings& Settings::events(int kinds) {
  rd_kafka_conf_set_events(settings_, kinds);
  return *this;
}

Result<ClientPtr> Settings::make(rd_kafka_type_t type) {
  if (!refused_.empty()) return failed(ErrorCode::invalid_params, "Kafka's client: " + refused_);
  std::array<char, refusal_bytes> why{};
  rd_kafka_t* client = rd_kafka_new(type, settings_, why.data(), why.size());
  if (!client) return failed(ErrorCode::unavailable, std::string{"Kafka's client: "} + why.data());
  settings_ = nullptr;  // the client's now
  return ClientPtr{client, end_client};
}

std::string words(rd_kafka_resp_err_t error) { return rd_kafka_err2str(error); }

Error away(const KafkaOptions& options, const std::string& doing, rd_kafka_resp_err_t error) {
  return failed(ErrorCode::unavailable,
                "Kafka at " + options.brokers + ": " + doing + ": " + words(error));
}

int whole_ms(Duration time) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

}  // namespace gochat::kafka
