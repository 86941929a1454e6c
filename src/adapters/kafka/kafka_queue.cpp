#include "adapters/kafka/kafka_queue.hpp"

#include <algorithm>
#include <type_traits>
#include <utility>
#include <vector>

#include "adapters/kafka/consumer.hpp"
#include "adapters/kafka/producer.hpp"
#include "adapters/kafka/topic_admin.hpp"
#include "adapters/kafka/topic_reader.hpp"
#include "async/executor.hpp"
#include "async/gate.hpp"

namespace gochat::kafka {
namespace {

// What is many topics of one kind is taken care of by what their names begin with.
std::vector<std::string> kinds_of(const KafkaOptions& options) {
  std::vector<std::string> kinds;
  for (const auto& [beginning, care] : options.care_of) kinds.push_back(beginning);
  return kinds;
}

constexpr std::size_t worker_threads = 2;
// The brokers follow the controller's decisions, and tell nobody when they have.
constexpr Duration look_again = std::chrono::milliseconds{10};

// Where a subscription begins to read: an observer at the end of each lane, a member of a group
// where its group is, so that it is enough that there are lanes.
Result<std::vector<std::int64_t>> beginnings(const TopicAdmin& admin, const std::string& topic,
                                             bool observer, Duration time) {
  const auto lanes = admin.lanes(topic, time);
  if (!lanes) return lanes.error();
  std::vector<std::int64_t> ends;
  for (std::int32_t lane = 0; observer && lane < *lanes; ++lane) {
    auto end = admin.end(topic, lane, time);
    if (!end) return std::move(end).error();
    ends.push_back(*end);
  }
  return ends;
}

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
        counts{kinds_of(options)},
        gate{executor},
        workers{std::make_unique<ThreadPool>(worker_threads, options.limits.waiting_calls_max,
                                             "kafka")} {}
  void close();

  TopicAdmin admin() const { return TopicAdmin{options, producer->client()}; }
  std::string name(const std::string& topic) const { return options.topic_prefix + topic; }
  TopicCare care(const std::string& topic) const;
  // A question that waits for brokers, and its answer unless the queue is closed meanwhile.
  template <class Question>
  static auto ask(std::shared_ptr<State> self, Question question)
      -> Task<std::invoke_result_t<Question&, TopicAdmin&>>;
  template <class Answer>
  void tell_why(Answer& answer);
  static Task<Result<void>> wait_until(std::shared_ptr<State> self, std::string name, bool there,
                                       Deadline deadline);

  boost::asio::any_io_executor executor;
  Timers& timers;
  const KafkaOptions options;
  TopicCountsMap counts;
  Gate gate;
  std::shared_ptr<Producer> producer;
  std::vector<std::weak_ptr<Consumer>> consumers;
  std::unique_ptr<ThreadPool> workers;
  bool closed = false;
};

void KafkaQueue::State::close() {
  closed = true;
  for (const auto& weak : consumers) {
    if (const auto consumer = weak.lock()) consumer->abandon();
  }
  workers.reset();  // first what they still do, and then what they do it with
  producer->close();
}

TopicCare KafkaQueue::State::care(const std::string& topic) const {
  TopicCare found = options.care;
  std::size_t longest = 0;
  for (const auto& [beginning, care] : options.care_of) {
    if (!topic.starts_with(beginning) || beginning.size() < longest) continue;
    longest = beginning.size();
    found = care;
  }
  return found;
}

template <class Question>
auto KafkaQueue::State::ask(std::shared_ptr<State> self, Question question)
    -> Task<std::invoke_result_t<Question&, TopicAdmin&>> {
  if (self->closed) co_return failed(ErrorCode::unavailable, "the queue is closed");
  auto answer = co_await run_on(
      *self->workers, [admin = self->admin(), question]() mutable { return question(admin); });
  if (self->closed) co_return failed(ErrorCode::unavailable, "the queue was closed meanwhile");
  self->tell_why(answer);
  co_return answer;
}

// A question to brokers that are away, or that turn us away, is only late, as far as it shows.
template <class Answer>
void KafkaQueue::State::tell_why(Answer& answer) {
  ProducerLink& link = producer->link();
  if (answer) return link.forget_trouble();
  if (link.trouble().empty()) return;
  Error error = answer.error();
  error.detail += ": " + link.trouble();
  answer = std::move(error);
}

KafkaQueue::KafkaQueue(std::shared_ptr<State> state) : state_{std::move(state)} {}
KafkaQueue::~KafkaQueue() { state_->close(); }

Result<std::unique_ptr<KafkaQueue>> KafkaQueue::open(boost::asio::any_io_executor executor,
                                                     Timers& timers, KafkaOptions options) {
  auto state = std::make_shared<State>(std::move(executor), timers, std::move(options));
  auto producer = Producer::open(
      {state->executor, state->timers, *state->workers, state->options, state->counts});
  if (!producer) return std::move(producer).error();
  state->producer = *std::move(producer);
  return std::unique_ptr<KafkaQueue>{new KafkaQueue{std::move(state)}};
}

Task<Result<Durability>> KafkaQueue::publish(QueueRecord record, Deadline deadline) {
  return Producer::publish(state_->producer, std::move(record), deadline);
}

Task<Result<std::unique_ptr<Subscription>>> KafkaQueue::subscribe(SubscribeTo to,
                                                                  LaneHandler& handler) {
  GOCHAT_ASSERT(to.batch_records_max > 0);
  const auto state = state_;
  const std::string name = state->name(to.topic);
  const Duration time = state->options.limits.call_time_max;
  const bool observer = to.group.empty();
  auto from = co_await State::ask(state, [name, observer, time](TopicAdmin& admin) {
    return beginnings(admin, name, observer, time);
  });
  // A topic that is not there may be made at any moment.
  if (!from) co_return failed(ErrorCode::unavailable, from.error().detail);
  TopicCounts& counts = state->counts[to.topic];
  auto consumer =
      Consumer::open({state->executor, state->timers, *state->workers, state->options, state->gate},
                     std::move(to), handler, counts);
  if (!consumer) co_return std::move(consumer).error();
  auto subscription = std::make_unique<KafkaSubscription>(*consumer);
  const auto begun = observer ? (*consumer)->observe(*std::move(from)) : (*consumer)->join();
  if (!begun) co_return begun.error();
  std::erase_if(state->consumers, [](const auto& weak) { return weak.expired(); });
  state->consumers.push_back(*consumer);
  co_return subscription;
}

Task<Result<void>> KafkaQueue::State::wait_until(std::shared_ptr<State> self, std::string name,
                                                 bool there, Deadline deadline) {
  for (;;) {
    if (self->closed) co_return failed(ErrorCode::unavailable, "the queue is closed");
    const Duration left = deadline - self->timers.now();
    if (left <= Duration{}) {
      const auto* still = there ? " is not there yet" : " is still there";
      co_return failed(ErrorCode::unavailable, "topic " + name + still);
    }
    const auto lanes =
        co_await ask(self, [name, left](TopicAdmin& admin) { return admin.lanes(name, left); });
    if (there ? lanes.ok() : lanes.code() == ErrorCode::not_found) co_return Result<void>{};
    if (!self->closed) co_await self->timers.sleep(look_again);
  }
}

Task<Result<void>> KafkaQueue::ensure_topic(std::string topic, std::int32_t lanes) {
  GOCHAT_ASSERT(lanes > 0);
  const auto state = state_;
  const std::string name = state->name(topic);
  const Duration time = state->options.limits.call_time_max;
  const Deadline deadline = state->timers.now() + time;
  auto made =
      co_await State::ask(state, [name, lanes, care = state->care(topic), time](TopicAdmin& admin) {
        return admin.make(name, lanes, care, time);
      });
  if (!made) co_return made;
  co_return co_await State::wait_until(state, name, true, deadline);
}

Task<Result<void>> KafkaQueue::remove_topic(std::string topic) {
  const auto state = state_;
  const std::string name = state->name(topic);
  const Duration time = state->options.limits.call_time_max;
  const Deadline deadline = state->timers.now() + time;
  auto removed = co_await State::ask(
      state, [name, time](TopicAdmin& admin) { return admin.remove(name, time); });
  if (!removed) co_return removed;
  co_return co_await State::wait_until(state, name, false, deadline);
}

Task<Result<void>> KafkaQueue::read(std::string topic, std::uint64_t from, Visit visit) {
  const auto state = state_;
  const KafkaOptions* options = &state->options;  // outlives the workers
  co_return co_await State::ask(
      state, [options, name = state->name(topic), from, visit = std::move(visit)](
                 TopicAdmin& admin) { return read_topic(*options, admin, name, from, visit); });
}

Task<Result<std::vector<std::string>>> KafkaQueue::topics(std::string begins) {
  const auto state = state_;
  const std::string name = state->name(begins);
  const Duration time = state->options.limits.call_time_max;
  auto found = co_await State::ask(
      state, [name, time](TopicAdmin& admin) { return admin.topics(name, time); });
  if (!found) co_return found;
  for (std::string& topic : *found) topic.erase(0, state->options.topic_prefix.size());
  co_return found;
}

const TopicCountsMap& KafkaQueue::counts() const { return state_->counts; }

const TopicTimes& KafkaQueue::times(std::string_view topic) const {
  return state_->counts.times_of(topic);
}

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
