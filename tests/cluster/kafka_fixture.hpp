// Queues on a broker, each test with topics and groups of its own.
#pragma once

#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "adapters/kafka/kafka_queue.hpp"
#include "support/task_loop.hpp"

namespace gochat::cluster {

// A name of this run, so that what earlier ones left on the broker is in nobody's way.
inline std::string own_name(const std::string& name) {
  static int last = 0;
  static const auto begun = std::chrono::system_clock::now().time_since_epoch().count();
  static const std::string run = std::to_string(begun) + "-" + std::to_string(getpid());
  return name + "-" + run + "-" + std::to_string(++last);
}

inline kafka::KafkaOptions own_options(const std::string& brokers) {
  kafka::KafkaOptions options;
  options.brokers = brokers;
  options.topic_prefix = own_name("test") + "-";
  options.group_prefix = options.topic_prefix;
  return options;
}

inline std::unique_ptr<kafka::KafkaQueue> open_queue(support::TaskLoop& loop,
                                                     kafka::KafkaOptions options) {
  auto opened =
      kafka::KafkaQueue::open(loop.context().get_executor(), loop.timers(), std::move(options));
  if (!opened) throw std::runtime_error{opened.error().detail};
  return *std::move(opened);
}

// One process: a loop with a queue on it. What another one needs is another of these.
struct KafkaProcess {
  explicit KafkaProcess(kafka::KafkaOptions options)
      : queue{open_queue(loop, std::move(options))} {}

  template <class T>
  T get(Task<Result<T>> task) {
    auto result = loop.run(std::move(task));
    if (!result) throw std::runtime_error{result.error().detail};
    if constexpr (!std::is_void_v<T>) return *std::move(result);
  }
  ErrorCode publish(std::string key, std::string value,
                    Duration within = std::chrono::seconds{15}) {
    return loop
        .run(queue->publish({"t", std::move(key), std::move(value), ""},
                            loop.timers().now() + within))
        .code();
  }

  support::TaskLoop loop{support::Time::steady};
  std::unique_ptr<kafka::KafkaQueue> queue;
};

}  // namespace gochat::cluster
