// Spans as a collector reads them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "base/span.hpp"

namespace gochat::otlp {

using Resource = std::vector<std::pair<std::string, std::string>>;

// The bytes of an ExportTraceServiceRequest.
std::string encode(const Resource& resource, const std::vector<trace::SpanRecord>& spans);

}  // namespace gochat::otlp
