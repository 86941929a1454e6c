#include "adapters/kafka/producer_link.hpp"

#include <algorithm>
#include <array>
#include <boost/asio/post.hpp>
#include <utility>

namespace gochat::kafka {
namespace {

constexpr const char* trace_header = "traceparent";

std::size_t bytes_of(const QueueRecord& record) { return record.key.size() + record.value.size(); }

}  // namespace

ProducerLink::ProducerLink(ClientPtr client, boost::asio::any_io_executor executor, Timers& timers,
                           const KafkaLimits& limits)
    : client_{std::move(client)},
      executor_{std::move(executor)},
      timers_{timers},
      limits_{limits},
      queue_{rd_kafka_queue_get_main(client_.get())},
      bell_{std::make_unique<Bell>(queue_.get(), executor_, [this] { serve(); })} {}

void ProducerLink::send(std::string topic, QueueRecord record, Deadline deadline, Answer answer) {
  const std::size_t bytes = bytes_of(record);
  if (waiting_.size() >= limits_.waiting_records_max ||
      gathered_bytes_ + bytes > limits_.waiting_bytes_max) {
    return answer({RD_KAFKA_RESP_ERR__QUEUE_FULL, RD_KAFKA_MSG_STATUS_NOT_PERSISTED});
  }
  const std::uint64_t number = ++last_number_;
  Timer late = timers_.at(deadline, [this, number] { give_up(number); });
  waiting_.emplace(number, Waiting{std::move(answer), std::move(late)});
  gathered_.push_back({number, std::move(topic), std::move(record)});
  gathered_bytes_ += bytes;
  begin_round();
}

void ProducerLink::retire() {
  rd_kafka_purge(client_.get(), RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT);
  let_round_be();
}

ClientPtr ProducerLink::take_apart() {
  bell_.reset();
  round_late_.cancel();
  gathered_.clear();
  waiting_.clear();
  topics_.clear();
  queue_.reset();
  return std::exchange(client_, nullptr);
}

// At the end of the loop's turn: whoever publishes in it takes part.
void ProducerLink::begin_round() {
  if (begins_ || under_way_ > 0 || gathered_.empty()) return;
  begins_ = true;
  boost::asio::post(executor_, [weak = weak_from_this()] {
    if (const auto self = weak.lock()) self->hand_over_round();
  });
}

void ProducerLink::hand_over_round() {
  begins_ = false;
  const auto round = std::exchange(gathered_, {});
  gathered_bytes_ = 0;
  if (round.empty()) return;
  before_round_ = handed_over_;
  handed_over_ = round.back().number;
  under_way_ = round.size();
  round_late_ = timers_.after(limits_.round_time_max, [this] { let_round_be(); });
  for (const Gathered& one : round) {
    const auto refused = hand_over(one.topic, one.record, one.number);
    if (refused == RD_KAFKA_RESP_ERR__FATAL) broken_ = true;
    if (refused) settle(one.number, {refused, RD_KAFKA_MSG_STATUS_NOT_PERSISTED});
    if (!client_) return;  // whom the answer reached took this apart
  }
}

// A lane whose broker is away does not hold up the others.
void ProducerLink::let_round_be() {
  before_round_ = handed_over_;
  under_way_ = 0;
  begin_round();
}

rd_kafka_resp_err_t ProducerLink::hand_over(const std::string& topic, const QueueRecord& record,
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

void ProducerLink::serve() {
  while (const EventPtr event{rd_kafka_queue_poll(queue_.get(), 0)}) {
    if (rd_kafka_event_type(event.get()) == RD_KAFKA_EVENT_ERROR) {
      serve_error(event.get());
      continue;
    }
    while (const auto* message = rd_kafka_event_message_next(event.get())) {
      settle(reinterpret_cast<std::uint64_t>(message->_private),
             {message->err, rd_kafka_message_status(message)});
    }
  }
}

void ProducerLink::serve_error(rd_kafka_event_t* event) {
  if (rd_kafka_event_error_is_fatal(event)) broken_ = true;
  // Which only follows from what was told of each of them.
  if (rd_kafka_event_error(event) == RD_KAFKA_RESP_ERR__ALL_BROKERS_DOWN) return;
  trouble_ = rd_kafka_event_error_string(event);
  // How long it took this time would make a new trouble of an old one.
  trouble_.resize(std::min(trouble_.size(), trouble_.find(" (after ")));
}

void ProducerLink::give_up(std::uint64_t number) {
  if (number <= handed_over_) {
    return settle(number, {RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_MSG_STATUS_POSSIBLY_PERSISTED});
  }
  const auto at = std::ranges::find(gathered_, number, &Gathered::number);
  gathered_bytes_ -= bytes_of(at->record);
  gathered_.erase(at);
  settle(number, {RD_KAFKA_RESP_ERR__TIMED_OUT, RD_KAFKA_MSG_STATUS_NOT_PERSISTED});
}

void ProducerLink::settle(std::uint64_t number, DeliveryReport report) {
  auto found = waiting_.extract(number);
  if (found.empty()) return;  // answered at its deadline
  if (number > before_round_ && number <= handed_over_ && --under_way_ == 0) begin_round();
  found.mapped().answer(report);
}

}  // namespace gochat::kafka
