#include "adapters/otlp/encode.hpp"

#include "otlp/trace.pb.h"

namespace gochat::otlp {
namespace {

std::string big_endian(std::initializer_list<std::uint64_t> numbers) {
  std::string bytes;
  for (const std::uint64_t number : numbers) {
    for (int shift = 56; shift >= 0; shift -= 8) {
      bytes += static_cast<char>(static_cast<unsigned char>(number >> shift));
    }
  }
  return bytes;
}

std::string trace_id(const trace::Context& context) {
  return big_endian({context.id.high(), context.id.low()});
}

void set(v1::AnyValue& to, std::int64_t value) { to.set_int_value(value); }
void set(v1::AnyValue& to, const std::string& value) { to.set_string_value(value); }

// Bit 0 of the trace flags: it is sampled, or it would not be here.
constexpr std::uint32_t sampled_flag = 1;

void fill(v1::Span& to, const trace::SpanRecord& from) {
  to.set_trace_id(trace_id(from.context));
  to.set_span_id(big_endian({from.context.span}));
  if (from.parent != 0) to.set_parent_span_id(big_endian({from.parent}));
  to.set_name(from.name);
  to.set_kind(static_cast<int>(from.kind));
  to.set_start_time_unix_nano(static_cast<std::uint64_t>(from.start_ns));
  to.set_end_time_unix_nano(static_cast<std::uint64_t>(from.end_ns));
  to.set_flags(sampled_flag);
  for (const auto& [attribute, value] : from.attributes) {
    v1::KeyValue& pair = *to.add_attributes();
    pair.set_key(std::string{name_of(attribute)});
    std::visit([&](const auto& it) { set(*pair.mutable_value(), it); }, value);
  }
  for (const trace::Context& other : from.links) {
    v1::Span::Link& link = *to.add_links();
    link.set_trace_id(trace_id(other));
    link.set_span_id(big_endian({other.span}));
    link.set_flags(sampled_flag);
  }
  if (!from.error) return;
  to.mutable_status()->set_code(v1::Status::ERROR);
  to.mutable_status()->set_message(std::string{error_row(*from.error).name});
}

}  // namespace

std::string encode(const Resource& resource, const std::vector<trace::SpanRecord>& spans) {
  v1::ExportTraceServiceRequest request;
  v1::ResourceSpans& all = *request.add_resource_spans();
  for (const auto& [key, value] : resource) {
    v1::KeyValue& pair = *all.mutable_resource()->add_attributes();
    pair.set_key(key);
    pair.mutable_value()->set_string_value(value);
  }
  v1::ScopeSpans& scope = *all.add_scope_spans();
  scope.mutable_scope()->set_name("gochat");
  for (const trace::SpanRecord& span : spans) fill(*scope.add_spans(), span);
  return request.SerializeAsString();
}

}  // namespace gochat::otlp
