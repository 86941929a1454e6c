#include "protocol/http_json.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::protocol {
namespace {

constexpr std::size_t envelope_bytes = 300;

// RFC 9457 wants a URI that names the kind of problem; this one needs no server to be a name.
constexpr std::string_view type_prefix = "urn:gochat:error:";

}  // namespace

std::string success_body(std::string_view data_json, std::string_view message,
                         std::string_view next) {
  JsonWriter json{envelope_bytes + data_json.size()};
  json.begin_object().member("success", true).member("message", message).key("data");
  json.raw(data_json.empty() ? "null" : data_json);
  if (!next.empty()) json.member("next", next);
  return std::move(json.end_object()).take();
}

std::string problem_body(const Error& error, const ProblemContext& context) {
  const auto& row = error_row(shown_code(error.code));
  JsonWriter json{envelope_bytes + 2 * error.hint.size()};
  json.begin_object()
      .member("success", false)
      .member("code", row.name)
      .member("num", row.number)
      .member("message", error_message(error, context.language))
      .member("retryable", row.retryable);
  if (error.retry_after_ms != 0) json.member("retryAfterMs", error.retry_after_ms);
  if (!context.trace_id.empty()) json.member("traceId", context.trace_id);
  json.member("type", std::string{type_prefix} + std::string{row.name})
      .member("title", error_text(row.code, context.language))
      .member("status", row.http_status);
  if (!error.hint.empty()) json.member("detail", error.hint);
  if (!context.instance.empty()) json.member("instance", context.instance);
  if (!context.details_json.empty()) json.key("details").raw(context.details_json);
  return std::move(json.end_object()).take();
}

}  // namespace gochat::protocol
