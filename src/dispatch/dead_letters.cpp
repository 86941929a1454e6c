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
  const protocol::DeadLetter whole{std::move(lane.topic),
                                   lane.partition,
                                   delivery.offset,
                                   std::move(delivery.key),
                                   std::move(delivery.value),
                                   std::move(delivery.trace),
                                   cause.code,
                                   cause.detail,
                                   tries,
                                   clock_.now()};
  // A topic may have been given less than is usual, and a lane must not end there.
  for (std::size_t bytes_max = protocol::letter_bytes_max;; bytes_max /= 2) {
    const auto letter = protocol::cut_to(whole, bytes_max);
    auto laid = co_await queue_.publish({topic, letter.key, protocol::encode(letter), letter.trace},
                                        timers_.now() + deadline_);
    if (laid) co_return Result<void>{};
    if (laid.code() != ErrorCode::too_large || letter.value.empty()) co_return laid.error();
  }
}

}  // namespace gochat::dispatch
