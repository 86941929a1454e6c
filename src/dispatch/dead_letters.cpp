#include "dispatch/dead_letters.hpp"

#include <utility>

#include "base/log.hpp"
#include "base/trace_id.hpp"
#include "protocol/dead_letter_topics.hpp"

namespace gochat::dispatch {

Task<Result<void>> DeadLetterOffice::open_for(std::string topic) {
  return queue_.ensure_topic(protocol::dead_letter_topic(topic), protocol::dead_letter_lanes);
}

Task<Result<void>> DeadLetterOffice::lay(LaneId lane, QueueDelivery delivery, Error cause,
                                         std::uint32_t tries) {
  log::error(
      "a record was given up",
      {{log::Field::trace_id, TraceId::of_traceparent(delivery.trace).value_or(TraceId{}).text()},
       {log::Field::topic, lane.topic},
       {log::Field::partition, std::int64_t{lane.partition}},
       {log::Field::offset, static_cast<std::int64_t>(delivery.offset)},
       {log::Field::reason, cause.detail}});
  const std::string topic = protocol::dead_letter_topic(lane.topic);
  const protocol::DeadLetter letter{
      std::move(lane.topic), lane.partition, delivery.offset, delivery.key, delivery.value,
      delivery.trace,        cause.code,     cause.detail,    tries,        clock_.now()};
  auto laid = co_await queue_.publish(
      {topic, std::move(delivery.key), protocol::encode(letter), std::move(delivery.trace)},
      timers_.now() + deadline_);
  if (!laid) co_return laid.error();
  co_return Result<void>{};
}

}  // namespace gochat::dispatch
