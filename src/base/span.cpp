#include "base/span.hpp"

#include <array>

#include "base/span_recorder.hpp"

namespace gochat::trace {
namespace {

constexpr std::array<std::string_view, 21> attribute_names{
    "http.request.method",
    "http.route",
    "http.response.status_code",
    "rpc.system",
    "rpc.service",
    "rpc.method",
    "messaging.system",
    "messaging.destination.name",
    "messaging.destination.partition.id",
    "messaging.kafka.offset",
    "db.system.name",
    "gochat.conversation_id",
    "gochat.message_id",
    "gochat.seq",
    "gochat.duplicate",
    "gochat.items",
    "gochat.receivers",
    "gochat.attempt",
    "gochat.doubt",
    "gochat.instance",
    "gochat.code",
};
static_assert(attribute_names.size() == static_cast<std::size_t>(Attribute::code) + 1);

}  // namespace

std::string_view name_of(Attribute attribute) {
  return attribute_names[static_cast<std::size_t>(attribute)];
}

void Span::rename(std::string_view name) {
  if (record_) record_->name = name;
}

void Span::set(Attribute attribute, std::int64_t value) {
  if (record_) record_->attributes.emplace_back(attribute, value);
}

void Span::set(Attribute attribute, std::string_view value) {
  if (record_) record_->attributes.emplace_back(attribute, std::string{value});
}

void Span::link(const Context& other) {
  if (record_ && record_->links.size() < links_max) record_->links.push_back(other);
}

void Span::failed(ErrorCode code) {
  if (!record_ || record_->error) return;
  record_->error = code;
  set(Attribute::code, error_row(code).name);
}

void Span::answered(ErrorCode code) {
  if (code == ErrorCode::ok) return;
  if (error_row(code).http_status >= 500) return failed(code);
  set(Attribute::code, error_row(code).name);
}

void Span::Ends::operator()(SpanRecord* record) const {
  const std::unique_ptr<SpanRecord> owned{record};
  if (Recorder* const to = recorder()) to->add(std::move(*owned));
}

Span start(std::string_view name, Kind kind, const Context& parent) {
  Span span{parent};
  if (!parent.sampled) return span;
  Recorder* const to = recorder();
  if (!to) return span;
  span.context_.span = to->next_span();
  span.record_.reset(new SpanRecord{.context = span.context_,
                                    .parent = parent.span,
                                    .name = std::string{name},
                                    .kind = kind,
                                    .start_ns = to->options_.now_ns(),
                                    .attributes = {},
                                    .links = {},
                                    .error = {}});
  return span;
}

}  // namespace gochat::trace
