// For the tests of this room: brokers of librdkafka's own making, in this process, which can be
// told to fail.
#pragma once

#include <gtest/gtest.h>
#include <librdkafka/rdkafka_mock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "adapters/kafka/handles.hpp"
#include "adapters/kafka/kafka_queue.hpp"
#include "base/log.hpp"

namespace gochat::kafka {

// Numbers of requests in Kafka's protocol.
inline constexpr std::int16_t produce_request = 0;
inline constexpr std::int16_t fetch_request = 1;
inline constexpr std::int16_t list_offsets_request = 2;
inline constexpr std::int16_t commit_request = 8;

class MockBrokers : public ::testing::Test {
 protected:
  static constexpr Duration patience = std::chrono::seconds{20};

  MockBrokers() {
    log::set_level(log::Level::error);
    host_ = *Settings{KafkaOptions{}}.make(RD_KAFKA_PRODUCER);
    brokers_.reset(rd_kafka_mock_cluster_new(host_.get(), 1));
    options.brokers = rd_kafka_mock_cluster_bootstraps(brokers_.get());
    options.limits.heartbeat_every = std::chrono::milliseconds{200};
    topic("t", 1);
  }
  ~MockBrokers() override { log::set_level(log::Level::info); }

  rd_kafka_mock_cluster_t* brokers() { return brokers_.get(); }
  void topic(const std::string& name, int lanes) {
    rd_kafka_mock_topic_create(brokers(), name.c_str(), lanes, 1);
  }
  // The next requests of this kind are answered so.
  void answer(std::int16_t request, std::vector<rd_kafka_resp_err_t> errors) {
    rd_kafka_mock_push_request_errors_array(brokers(), request, errors.size(), errors.data());
  }
  void brokers_down() { rd_kafka_mock_broker_set_down(brokers(), -1); }
  void brokers_up() { rd_kafka_mock_broker_set_up(brokers(), -1); }
  void brokers_take(std::chrono::milliseconds time) {
    rd_kafka_mock_broker_set_rtt(brokers(), -1, static_cast<int>(time.count()));
  }

  KafkaQueue& queue() {
    if (!queue_) {
      auto opened = KafkaQueue::open(loop.get_executor(), timers, options);
      EXPECT_TRUE(opened);
      queue_ = *std::move(opened);
    }
    return *queue_;
  }
  void drop_queue() { queue_.reset(); }

  void wait_for(const std::function<bool()>& holds) {
    const MonoTime give_up = timers.now() + patience;
    while (!holds()) {
      loop.restart();
      const bool ran = loop.run_one_for(give_up - timers.now()) != 0;
      if (!ran || timers.now() >= give_up) throw std::runtime_error{"what must come did not come"};
    }
  }
  template <class T>
  T run(Task<T> task) {
    auto value = std::make_shared<std::optional<T>>();
    boost::asio::co_spawn(loop, keep(std::move(task), value), boost::asio::detached);
    wait_for([&] { return value->has_value(); });
    return std::move(**value);
  }
  // Starts it and looks at it later.
  template <class T>
  std::shared_ptr<std::optional<T>> start(Task<T> task) {
    auto value = std::make_shared<std::optional<T>>();
    boost::asio::co_spawn(loop, keep(std::move(task), value), boost::asio::detached);
    return value;
  }
  void stop(Subscription& subscription) { run(ended(subscription.stop())); }
  void pass(Duration time) { run(ended(timers.sleep(time))); }
  Task<Result<Durability>> publishing(std::string value, Duration within = patience) {
    return queue().publish({"t", "key", std::move(value), ""}, timers.now() + within);
  }
  ErrorCode publish(std::string value) { return run(publishing(std::move(value))).code(); }

  KafkaOptions options;
  boost::asio::io_context loop{1};
  SteadyTimers timers{loop};

 private:
  template <class T>
  static Task<> keep(Task<T> task, std::shared_ptr<std::optional<T>> value) {
    value->emplace(co_await std::move(task));
  }
  static Task<bool> ended(Task<> task) {
    co_await std::move(task);
    co_return true;
  }

  ClientPtr host_;
  std::unique_ptr<rd_kafka_mock_cluster_t, Destroy<rd_kafka_mock_cluster_destroy>> brokers_;
  std::unique_ptr<KafkaQueue> queue_;
};

// Remembers what it was given.
class Reader final : public LaneHandler {
 public:
  explicit Reader(Timers& timers) : timers_{timers} {}

  Task<Result<void>> take(LaneBatch batch) override {
    ++batches;
    while (held) co_await timers_.sleep(std::chrono::milliseconds{1});
    for (QueueDelivery& one : batch.deliveries) deliveries.push_back(std::move(one));
    co_return Result<void>{};
  }
  Task<> committed(LaneId) override {
    ++commits;
    co_return;
  }
  Task<Result<void>> assigned(LaneId) override {
    ++lanes;
    co_return Result<void>{};
  }
  void revoked(LaneId) override { --lanes; }

  bool held = false;  // no batch ends
  int batches = 0;
  int commits = 0;
  int lanes = 0;
  std::vector<QueueDelivery> deliveries;

 private:
  Timers& timers_;
};

}  // namespace gochat::kafka
