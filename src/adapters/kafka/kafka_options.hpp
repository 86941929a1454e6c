#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "async/timer.hpp"

namespace gochat::kafka {

struct KafkaLimits {
  // How long a record may wait in this process for others to share its request.
  Duration linger_max = std::chrono::milliseconds{1};
  // How long the records published meanwhile wait for those before them to be answered.
  Duration round_time_max = std::chrono::milliseconds{100};
  // Then a record that no broker took is given up, and the publisher is told.
  Duration delivery_time_max = std::chrono::milliseconds{4'500};
  // Of records that no broker has taken yet; beyond it a publish is refused.
  std::size_t waiting_records_max = 100'000;
  std::size_t waiting_bytes_max = 64 * 1024 * 1024;
  std::size_t record_bytes_max = 1'000'000;

  // A consumer that is silent this long loses its lanes.
  Duration session_time_max = std::chrono::seconds{6};
  Duration heartbeat_every = std::chrono::milliseconds{1'500};
  // A loop that stands still this long loses its lanes, although the process lives.
  Duration stall_time_max = std::chrono::minutes{1};
  // What one lane holds that its handler has not been given.
  std::size_t ahead_bytes_max = 4 * 1024 * 1024;
  std::size_t ahead_records_max = 10'000;
  std::size_t batch_bytes_max = 4 * 1024 * 1024;
  // Between two tries of the same batch, commit or assignment.
  Duration retry_first = std::chrono::milliseconds{50};
  Duration retry_max = std::chrono::seconds{2};

  // A question to the brokers that has an answer at once: topics, end offsets.
  Duration call_time_max = std::chrono::seconds{5};
  // What a subscription that stops waits for its last commits and for the group, each.
  Duration stop_time_max = std::chrono::seconds{5};
  Duration reconnect_pause_max = std::chrono::seconds{1};
  std::size_t waiting_calls_max = 1'024;
};

// How well brokers keep the records of a topic that is made here.
struct TopicCare {
  std::chrono::milliseconds retention = std::chrono::days{7};
  // What was acknowledged outlives any one broker, or its power where one is all there is.
  bool lasting = true;
};

// PEM files.
struct KafkaTls {
  std::string authorities;  // empty: those of the system
  std::string certificate;  // empty: none is shown
  std::string key;
};

struct KafkaSasl {
  std::string mechanism;  // as Kafka calls it
  std::string user;
  std::string password;
};

struct KafkaOptions {
  std::string brokers;  // host:port of some of them, separated by commas
  std::string client_id = "gochat";
  // Before every name of a topic and of a group; what the rest of the program sees has none.
  std::string topic_prefix;
  std::string group_prefix;
  // Of topics that are made here; -1: what the brokers have as their default.
  std::int16_t replicas = -1;
  TopicCare care;
  // Of topics whose name begins so (without the prefix); the longest beginning counts.
  std::map<std::string, TopicCare> care_of;
  // Brokers must have a certificate for the name or address under which they are called.
  std::optional<KafkaTls> tls;
  std::optional<KafkaSasl> sasl;
  KafkaLimits limits;
};

}  // namespace gochat::kafka
