#include "adapters/kafka/kafka_queue.hpp"

#include <algorithm>
#include <utility>
#include <vector>

#include "adapters/kafka/consumer.hpp"
#include "adapters/kafka/producer.hpp"
#include "adapters/kafka/topic_admin.hpp"
#include "async/executor.hpp"
#include "async/gate.hpp"

namespace gochat::kafka {
namespace {

constexpr std::size_t worker_threads = 2;
// The brokers follow the controller's decisions, and tell nobody when they have.
constexpr Duration look_again = std::chrono::milliseconds{10};

class KafkaSubscription final : public Subscription {
 public:
  explicit KafkaSubscription(std::shared_ptr<Consumer> consumer) : consumer_{std::move(consumer)} {}
  // One that is being stopped goes on with that.
  ~KafkaSubscription() override {
    if (!consumer_->stopping()) consumer_->abandon();
  }

  Task<> stop() override { return Consumer::stop(consumer_); }

 private:
  const std::shared_ptr<Consumer> consumer_;
};

}  // namespace

struct KafkaQueue::State {
  State(boost::asio::any_io_executor on, Timers& time, KafkaOptions chosen)
      : executor{std::move(on)},
        timers{time},
        options{std::move(chosen)},
        gate{executor},
        workers{worker_threads, options.limits.waiting_calls_max, "kafka"} {}
  ~State() {
    for (const auto& weak : consumers) {
      if (const auto consumer = weak.lock()) consumer->abandon();
    }
  }

  TopicAdmin admin() const { return TopicAdmin{options, producer->client()}; }
  std::string name(const std::string& topic) const { return options.topic_prefix + topic; }
  std::chrono::milliseconds retention(const std::string& topic) const;
  // Where each lane of the topic ends.
  Task<Result<std::vector<std::int64_t>>> ends(std::string name, std::int32_t lanes);

  Task<Result<void>> wait_until(std::string name, bool there, Deadline deadline);

  boost::asio::any_io_executor executor;
  Timers& timers;
  const KafkaOptions options;
  TopicCountsMap counts;
  Gate gate;
  std::unique_ptr<Producer> producer;
  std::vector<std::weak_ptr<Consumer>> consumers;
  ThreadPool workers;  // goes first: what it still does, it does with what stands above
};

std::chrono::milliseconds KafkaQueue::State::retention(const std::string& topic) const {
  auto found = options.retention;
  std::size_t longest = 0;
  for (const auto& [beginning, time] : options.retention_of) {
    if (!topic.starts_with(beginning) || beginning.size() < longest) continue;
    longest = beginning.size();
    found = time;
  }
  return found;
}

Task<Result<std::vector<std::int64_t>>> KafkaQueue::State::ends(std::string name,
                                                                std::int32_t lanes) {
  const Duration time = options.limits.call_time_max;
  co_return co_await run_on(
      workers, [admin = admin(), name, lanes, time]() -> Result<std::vector<std::int64_t>> {
        std::vector<std::int64_t> ends;
        for (std::int32_t lane = 0; lane < lanes; ++lane) {
          auto end = admin.end(name, lane, time);
          if (!end) return std::move(end).error();
          ends.push_back(*end);
        }
        return ends;
      });
}

KafkaQueue::KafkaQueue(std::unique_ptr<State> state) : state_{std::move(state)} {}
KafkaQueue::~KafkaQueue() = default;

Result<std::unique_ptr<KafkaQueue>> KafkaQueue::open(boost::asio::any_io_executor executor,
                                                     Timers& timers, KafkaOptions options) {
  auto state = std::make_unique<State>(std::move(executor), timers, std::move(options));
  auto producer = Producer::open(
      {state->executor, state->timers, state->workers, state->options, state->counts});
  if (!producer) return std::move(producer).error();
  state->producer = *std::move(producer);
  return std::unique_ptr<KafkaQueue>{new KafkaQueue{std::move(state)}};
}

Task<Result<Durability>> KafkaQueue::publish(QueueRecord record, Deadline deadline) {
  return state_->producer->publish(std::move(record), deadline);
}

Task<Result<std::unique_ptr<Subscription>>> KafkaQueue::subscribe(SubscribeTo to,
                                                                  LaneHandler& handler) {
  GOCHAT_ASSERT(to.batch_records_max > 0);
  State& state = *state_;
  const std::string name = state.name(to.topic);
  const Duration time = state.options.limits.call_time_max;
  const auto lanes = co_await run_on(
      state.workers, [admin = state.admin(), name, time] { return admin.lanes(name, time); });
  if (!lanes) {
    // A topic that is not there may be made at any moment.
    co_return failed(ErrorCode::unavailable, lanes.error().detail);
  }
  std::vector<std::int64_t> from;
  const bool observer = to.group.empty();
  if (observer) {
    auto ends = co_await state.ends(name, *lanes);
    if (!ends) co_return std::move(ends).error();
    from = *std::move(ends);
  }
  TopicCounts& counts = state.counts[to.topic];
  auto consumer =
      Consumer::open({state.executor, state.timers, state.workers, state.options, state.gate},
                     std::move(to), handler, counts);
  if (!consumer) co_return std::move(consumer).error();
  auto subscription = std::make_unique<KafkaSubscription>(*consumer);
  const auto begun = observer ? (*consumer)->observe(std::move(from)) : (*consumer)->join();
  if (!begun) co_return begun.error();
  std::erase_if(state.consumers, [](const auto& weak) { return weak.expired(); });
  state.consumers.push_back(*consumer);
  co_return subscription;
}

Task<Result<void>> KafkaQueue::State::wait_until(std::string name, bool there, Deadline deadline) {
  for (;;) {
    const Duration left = deadline - timers.now();
    if (left <= Duration{}) {
      const auto* still = there ? " is not there yet" : " is still there";
      co_return failed(ErrorCode::unavailable, "topic " + name + still);
    }
    const auto lanes =
        co_await run_on(workers, [admin = admin(), name, left] { return admin.lanes(name, left); });
    if (there ? lanes.ok() : lanes.code() == ErrorCode::not_found) co_return Result<void>{};
    co_await timers.sleep(look_again);
  }
}

Task<Result<void>> KafkaQueue::ensure_topic(std::string topic, std::int32_t lanes) {
  GOCHAT_ASSERT(lanes > 0);
  State& state = *state_;
  const Duration time = state.options.limits.call_time_max;
  const Deadline deadline = state.timers.now() + time;
  const std::string name = state.name(topic);
  auto made = co_await run_on(
      state.workers, [admin = state.admin(), name, lanes, retention = state.retention(topic),
                      time] { return admin.make(name, lanes, retention, time); });
  if (!made) co_return made;
  co_return co_await state.wait_until(name, true, deadline);
}

Task<Result<void>> KafkaQueue::remove_topic(std::string topic) {
  State& state = *state_;
  const Duration time = state.options.limits.call_time_max;
  const Deadline deadline = state.timers.now() + time;
  const std::string name = state.name(topic);
  auto removed = co_await run_on(
      state.workers, [admin = state.admin(), name, time] { return admin.remove(name, time); });
  if (!removed) co_return removed;
  co_return co_await state.wait_until(name, false, deadline);
}

const TopicCountsMap& KafkaQueue::counts() const { return state_->counts; }

KafkaQueue::Figures KafkaQueue::figures() const {
  Figures sum;
  sum.waiting = state_->producer->waiting();
  sum.producers_replaced = state_->producer->replaced();
  for (const auto& weak : state_->consumers) {
    const auto consumer = weak.lock();
    if (!consumer) continue;
    sum.lag[consumer->topic()] += consumer->lag();
    sum.lanes += consumer->lanes();
    sum.rebalances += consumer->rebalances();
  }
  return sum;
}

}  // namespace gochat::kafka
