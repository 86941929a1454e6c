#include "adapters/kafka/producer.hpp"

#include <algorithm>
#include <utility>

#include "adapters/kafka/topic_admin.hpp"
#include "base/log.hpp"
#include "ports/queue_spans.hpp"

namespace gochat::kafka {
namespace {

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

Result<std::shared_ptr<ProducerLink>> Producer::connect() {
  auto client = make_client(rooms_.options);
  if (!client) return std::move(client).error();
  return std::make_shared<ProducerLink>(*std::move(client), rooms_.executor, rooms_.timers,
                                        rooms_.options.limits);
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
  std::erase_if(retired_, [this](const std::shared_ptr<ProducerLink>& link) {
    if (link->waiting() != 0) return false;
    auto client = std::make_shared<ClientPtr>(link->take_apart());
    // A full pool lets it end here and now.
    (void)rooms_.workers.post([client] { client->reset(); });
    return true;
  });
}

// Of many who want to know one asks, and nobody goes by a question that was put before his record
// was refused: the topic may have been made since.
Task<bool> Producer::is_gone(std::shared_ptr<Producer> self, std::string topic, Deadline deadline) {
  Question& question = self->questions_[topic];
  const std::uint64_t first = question.put + 1;
  while (question.answered < first && !self->closed_) {
    if (question.under_way) {
      co_await await_callback<bool>([&question](auto done) {
        question.waiting.push_back([done = std::move(done)]() mutable { done(true); });
      });
    } else {
      co_await ask(self, topic, deadline);
    }
  }
  co_return !self->closed_ && question.gone;
}

Task<> Producer::ask(std::shared_ptr<Producer> self, std::string topic, Deadline deadline) {
  const Rooms& rooms = self->rooms_;
  Question& question = self->questions_[topic];
  const std::uint64_t number = ++question.put;
  question.under_way = true;
  // Also when nobody waits any more for the one who asked.
  struct Ended {
    Question& question;
    ~Ended() {
      question.under_way = false;
      for (auto& wake : std::exchange(question.waiting, {})) wake();
    }
  } const ended{question};
  const Duration time =
      std::min<Duration>(rooms.options.limits.call_time_max, deadline - rooms.timers.now());
  const auto lanes =
      co_await run_on(rooms.workers, [admin = TopicAdmin{rooms.options, self->client()}, topic,
                                      time] { return admin.lanes(topic, time); });
  question.answered = number;
  question.gone = lanes.code() == ErrorCode::not_found;
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

Result<Durability> Producer::outcome(const std::string& topic, DeliveryReport report) {
  if (report.error == RD_KAFKA_RESP_ERR_NO_ERROR ||
      report.status == RD_KAFKA_MSG_STATUS_PERSISTED) {
    rooms_.counts[topic].produced.add();
    return Durability::on_disk;
  }
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
  trace::Span span = publish_span("kafka", record);
  if (auto ready = self->ready(record.topic, deadline); !ready) {
    span.failed(ready.code());
    co_return std::move(ready).error();
  }
  const auto link = self->link_;
  const std::string topic = record.topic;
  const auto bytes = static_cast<std::int64_t>(record.value.size());
  const DeliveryReport report = co_await await_callback<DeliveryReport>([&](auto done) {
    auto answer = std::make_shared<decltype(done)>(std::move(done));
    link->send(self->rooms_.options.topic_prefix + topic, std::move(record), deadline,
               [answer](DeliveryReport told) { (*answer)(told); });
  });
  if (self->closed_) co_return failed(ErrorCode::timeout, "the queue was closed meanwhile");
  const Duration took = self->rooms_.timers.now() - begun;
  self->rooms_.counts[topic].times->produce_seconds.observe(took);
  if (log::enabled(log::Level::debug)) {
    log::debug("a record was published", {{log::Field::topic, topic},
                                          {log::Field::bytes, bytes},
                                          {log::Field::ms, took / std::chrono::milliseconds{1}},
                                          {log::Field::status, words(report.error)}});
  }
  if (is_unknown_topic(report.error)) {
    const bool gone = co_await is_gone(self, self->rooms_.options.topic_prefix + topic, deadline);
    if (gone) {
      span.failed(ErrorCode::not_found);
      co_return self->refusal(ErrorCode::not_found, topic, words(report.error));
    }
  }
  auto outcome = self->outcome(topic, report);
  if (!outcome) span.failed(outcome.code());
  co_return outcome;
}

}  // namespace gochat::kafka
