// What the two halves of SendMessage share.
#pragma once

#include <functional>
#include <string>

#include "base/span.hpp"
#include "base/trace_id.hpp"
#include "ports/message_queue.hpp"

namespace gochat::logic {

inline std::string lane_name(const LaneId& lane) {
  return lane.topic + '/' + std::to_string(lane.partition);
}

// On whose behalf a batch asks others: the first span's that is recorded.
template <class Many, class SpanOf>
trace::Context first_recorded(const Many& many, SpanOf span_of) {
  for (const auto& one : many) {
    const trace::Span& span = std::invoke(span_of, one);
    if (span.recorded()) return span.context();
  }
  return {};
}

inline std::string id_of(const std::string& trace) {
  return TraceId::of_traceparent(trace).value_or(TraceId{}).text();
}

}  // namespace gochat::logic
