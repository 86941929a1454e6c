// The spans of a record's way through a queue: that of its consumer lies below that of its
// publishing.
#pragma once

#include <string_view>

#include "base/span.hpp"
#include "ports/message_queue.hpp"

namespace gochat {

inline trace::Span publish_span(std::string_view system, QueueRecord& record) {
  using trace::Attribute;
  trace::Span span =
      trace::start("publish", trace::Kind::producer, trace::Context::of_sampled(record.trace));
  if (!span.recorded()) return span;
  span.set(Attribute::messaging_system, system);
  span.set(Attribute::messaging_destination, record.topic);
  record.trace = span.context().traceparent();
  return span;
}

// Of one record that was taken from a lane.
inline trace::Span consume_span(std::string_view name, const LaneId& lane,
                                const QueueDelivery& delivery) {
  using trace::Attribute;
  trace::Span span =
      trace::start(name, trace::Kind::consumer, trace::Context::of_sampled(delivery.trace));
  if (!span.recorded()) return span;
  span.set(Attribute::messaging_destination, lane.topic);
  span.set(Attribute::messaging_partition, lane.partition);
  span.set(Attribute::messaging_offset, static_cast<std::int64_t>(delivery.offset));
  return span;
}

// On whose behalf a record is worked on: its span's, or else, for the log, its publisher's.
inline trace::Context cause_of(const trace::Span& span, const QueueDelivery& delivery) {
  return span.recorded() ? span.context() : trace::Context::of_traceparent(delivery.trace);
}

}  // namespace gochat
