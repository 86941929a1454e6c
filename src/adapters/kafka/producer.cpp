#include "adapters/kafka/producer.hpp"

#include <algorithm>
#include <array>
#include <unordered_map>
#include <utility>

#include "adapters/kafka/bell.hpp"
#include "adapters/kafka/topic_admin.hpp"
#include "base/log.hpp"

namespace gochat::kafka {
namespace {

constexpr const char* trace_header = "traceparent";
constexpr Duration ask_again = std::chrono::milliseconds{100};

Result<ClientPtr> make_client(const KafkaOptions& options) {
  const KafkaLimits& limits = options.limits;
  Settings settings{options};
  settings.set("enable.idempotence", "true").set("acks", "all").set("partitioner", "murmur2");
  settings.set_ms("linger.ms", limits.linger_max);
  settings.set_ms("delivery.timeout.ms", limits.delivery_time_max);
  settings.set("queue.buffering.max.messages", limits.waiting_records_max);
  settings.set("queue.buffering.max.kbytes",
               std::max<std::size_t>(1, limits.waiting_bytes_max / 1024));
  settings.set("message.max.bytes", limits.record_bytes_max);
  // A topic that the brokers do not know is missing at once, and not after half a minute.
  settings.set("topic.metadata.propagation.max.ms", "0");
  settings.events(RD_KAFKA_EVENT_DR | RD_KAFKA_EVENT_ERROR);
  return settings.make(RD_KAFKA_PRODUCER);
}

bool is_unknown_topic(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR__UNKNOWN_TOPIC ||
         error == RD_KAFKA_RESP_ERR__UNKNOWN_PARTITION ||
         error == RD_KAFKA_RESP_ERR_UNKNOWN_TOPIC_OR_PART;
}

bool is_size(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_MSG_SIZE_TOO_LARGE ||
         error == RD_KAFKA_RESP_ERR_INVALID_MSG_SIZE;
}

}  // namespace

// What became of a record: librdkafka's error, and whether a broker may have it all the same.
struct Producer::Report {
  rd_kafka_resp_err_t error = RD_KAFKA_RESP_ERR_NO_ERROR;
  rd_kafka_msg_status_t status = RD_KAFKA_MSG_STATUS_NOT_PERSISTED;
};

// One client of librdkafka with the publishes that wait for it.
class Producer::Link {
 public:
  using Answer = std::move_only_function<void(Report)>;

  Link(ClientPtr client, const boost::asio::any_io_executor& executor)
      : client_{std::move(client)},
        queue_{rd_kafka_queue_get_main(client_.get())},
        bell_{std::make_unique<Bell>(queue_.get(), executor, [this] { serve(); })} {}

  const ClientPtr& client() const { return client_; }
  std::size_t waiting() const { return waiting_.size(); }
  bool broken() const { return broken_; }

  // Answers once; at the deadline with what is true then, that the end is not known.
  void send(const std::string& topic, const QueueRecord& record, Timers& timers, Deadline deadline,
            Answer answer) {
    const std::uint64_t number = ++last_number_;
    auto refused = hand_over(topic, record, number);
    if (refused == RD_KAFKA_RESP_ERR__FATAL) broken_ = true;
    if (refused) return answer({refused, RD_KAFKA_MSG_STATUS_NOT_PERSISTED});
    Timer late = timers.at(deadline, [this, number] {
      settle(number, {RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED});
    });
    waiting_.emplace(number, Waiting{std::move(answer), std::move(late)});
  }

  // No further record; those under way are answered by what is known of them.
  void retire() {
    rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  }

  // Drops what waits, and gives the client up to be ended elsewhere.
  ClientPtr take_apart() {
    bell_.reset();
    waiting_.clear();
    topics_.clear();
    queue_.reset();
    return std::exchange(client_, nullptr);
  }

 private:
  struct Waiting {
    Answer answer;
    Timer late;
  };

  rd_kafka_resp_err_t hand_over(const std::string& topic, const QueueRecord& record,
                                std::uint64_t number) {
    TopicPtr& known = topics_[topic];
    if (!known) known.reset(rd_kafka_topic_new(client_.get(), topic.c_str(), nullptr));
    if (!known) return rd_kafka_last_error();
    rd_kafka_headers_t* headers = rd_kafka_headers_new(1);
    if (!record.trace.empty()) {
      rd_kafka_header_add(headers, trace_header, -1, record.trace.data(),
                          static_cast<ssize_t>(record.trace.size()));
    }
    std::array<rd_kafka_vu_t, 6> parts{};
    parts[0].vtype = RD_KAFKA_VTYPE_RKT;
    parts[0].u.rkt = known.get();
    parts[1].vtype = RD_KAFKA_VTYPE_KEY;
    parts[1].u.mem = {const_cast<char*>(record.key.data()), record.key.size()};
    parts[2].vtype = RD_KAFKA_VTYPE_VALUE;
    parts[2].u.mem = {const_cast<char*>(record.value.data()), record.value.size()};
    parts[3].vtype = RD_KAFKA_VTYPE_MSGFLAGS;
    parts[3].u.i = RD_KAFKA_MSG_F_COPY;
    parts[4].vtype = RD_KAFKA_VTYPE_HEADERS;
    parts[4].u.headers = headers;
    parts[5].vtype = RD_KAFKA_VTYPE_OPAQUE;
    parts[5].u.ptr = reinterpret_cast<void*>(number);
    const ErrorPtr refused{rd_kafka_produceva(client_.get(), parts.data(), parts.size())};
    const auto error = refused ? rd_kafka_error_code(refused.get()) : RD_KAFKA_RESP_ERR_NO_ERROR;
    if (error) rd_kafka_headers_destroy(headers);
    return error;
  }

  void serve() {
    while (const EventPtr event{rd_kafka_queue_poll(queue_.get(), 0)}) {
      if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) {
        if (rd_kafka_event_error_is_fatal(event.get())) broken_ = true;
        continue;
      }
      while (const auto* message = rd_kafka_event_message_next(event.get())) {
        settle(reinterpret_cast<std::uint64_t>(message->_private),
               {message->err, rd_kafka_message_status(message)});
      }
    }
  }

  void settle(std::uint64_t number, Report report) {
    auto found = waiting_.extract(number);
    if (found.empty()) return;  // answered at its deadline
    found.mapped().answer(report);
  }

  ClientPtr client_;
  std::unordered_map<std::string, TopicPtr> topics_;
  std::unordered_map<std::uint64_t, Waiting> waiting_;
  std::uint64_t last_number_ = 0;
  bool broken_ = false;
  QueuePtr queue_;
  std::unique_ptr<Bell> bell_;
};

Result<std::shared_ptr<Producer>> Producer::open(const Rooms& rooms) {
  std::shared_ptr<Producer> producer{new Producer{rooms}};
  auto link = producer->connect();
  if (!link) return std::move(link).error();
  producer->link_ = *std::move(link);
  return producer;
}

Producer::~Producer() { close(); }

void Producer::close() {
  if (std::exchange(closed_, true)) return;
  if (link_) retired_.push_back(std::move(link_));
  // Whom this ends may let go of the producer.
  for (const auto& link : std::exchange(retired_, {})) link->take_apart();
}

ClientPtr Producer::client() const { return link_->client(); }

std::size_t Producer::waiting() const {
  std::size_t sum = link_->waiting();
  for (const auto& link : retired_) sum += link->waiting();
  return sum;
}

Result<std::shared_ptr<Producer::Link>> Producer::connect() {
  auto client = make_client(rooms_.options);
  if (!client) return std::move(client).error();
  return std::make_shared<Link>(*std::move(client), rooms_.executor);
}

Result<void> Producer::replace() {
  auto link = connect();
  if (!link) return std::move(link).error();
  log::warn("a producer of Kafka met a fatal error and is replaced",
            {{log::Field::component, "kafka"}, {log::Field::count, std::ssize(retired_) + 1}});
  ++replaced_;
  link_->retire();
  retired_.push_back(std::exchange(link_, *std::move(link)));
  return {};
}

void Producer::forget_retired() {
  std::erase_if(retired_, [this](const std::shared_ptr<Link>& link) {
    if (link->waiting() != 0) return false;
    auto client = std::make_shared<ClientPtr>(link->take_apart());
    // A full pool lets it end here and now.
    (void)rooms_.workers.post([client] { client->reset(); });
    return true;
  });
}

void Producer::ask_for(std::string topic) {
  const MonoTime now = rooms_.timers.now();
  const auto [last, first] = asked_.try_emplace(topic, now);
  if (!first && now - last->second < ask_again) return;
  last->second = now;
  (void)rooms_.workers.post(
      [admin = TopicAdmin{rooms_.options, client()}, topic = std::move(topic),
       time = rooms_.options.limits.call_time_max] { (void)admin.lanes(topic, time); });
}

Error Producer::refusal(ErrorCode code, const std::string& topic, const std::string& why) {
  rooms_.counts[topic].failed.add();
  return failed(code, "Kafka at " + rooms_.options.brokers + ", topic " + topic + ": " + why);
}

Result<void> Producer::ready(const std::string& topic, Deadline deadline) {
  if (deadline <= rooms_.timers.now()) {
    return refusal(ErrorCode::unavailable, topic, "no time was left to publish");
  }
  if (!retired_.empty()) forget_retired();
  if (!link_->broken()) return {};
  const auto replaced = replace();
  if (replaced) return {};
  return refusal(ErrorCode::unavailable, topic, replaced.error().detail);
}

Result<Durability> Producer::outcome(const std::string& topic, Report report) {
  if (report.error == RD_KAFKA_RESP_ERR_NO_ERROR ||
      report.status == RD_KAFKA_MSG_STATUS_PERSISTED) {
    rooms_.counts[topic].produced.add();
    return Durability::on_disk;
  }
  if (is_unknown_topic(report.error)) ask_for(rooms_.options.topic_prefix + topic);
  if (report.error == RD_KAFKA_RESP_ERR__QUEUE_FULL) {
    return refusal(ErrorCode::overloaded, topic, "too many records wait for a broker");
  }
  if (is_size(report.error)) return refusal(ErrorCode::too_large, topic, words(report.error));
  const bool unknown = report.status == RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED;
  return refusal(unknown ? ErrorCode::timeout : ErrorCode::unavailable, topic, words(report.error));
}

Task<Result<Durability>> Producer::publish(std::shared_ptr<Producer> self, QueueRecord record,
                                           Deadline deadline) {
  if (self->closed_) co_return failed(ErrorCode::unavailable, "the queue is closed");
  const MonoTime begun = self->rooms_.timers.now();
  if (auto ready = self->ready(record.topic, deadline); !ready) co_return std::move(ready).error();
  const auto link = self->link_;
  const Report report = co_await await_callback<Report>([&](auto done) {
    auto answer = std::make_shared<decltype(done)>(std::move(done));
    link->send(self->rooms_.options.topic_prefix + record.topic, record, self->rooms_.timers,
               deadline, [answer](Report told) { (*answer)(told); });
  });
  if (self->closed_) co_return failed(ErrorCode::timeout, "the queue was closed meanwhile");
  const Duration took = self->rooms_.timers.now() - begun;
  self->rooms_.counts[record.topic].produce_seconds.observe(took);
  if (log::enabled(log::Level::debug)) {
    log::debug("a record was published", {{log::Field::topic, record.topic},
                                          {log::Field::bytes, std::ssize(record.value)},
                                          {log::Field::ms, took / std::chrono::milliseconds{1}},
                                          {log::Field::status, words(report.error)}});
  }
  co_return self->outcome(record.topic, report);
}

}  // namespace gochat::kafka
