#include "adapters/grpc/status.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>

#include "base/utf8.hpp"

namespace gochat::rpc {
namespace {

constexpr const char* number_key = "gochat-error";
constexpr const char* hint_key = "gochat-hint-bin";
constexpr const char* retry_key = "gochat-retry-after-ms";
constexpr const char* refused_key = "gochat-not-begun";
// All trailers together must stay below gRPC's 8 KiB, and a byte of a message may become three.
constexpr std::size_t cause_bytes_max = 1'024;
constexpr std::size_t hint_bytes_max = 512;

std::optional<std::uint32_t> number_of(std::string_view text) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return number;
}

std::optional<std::string_view> trailer(const ::grpc::ClientContext& context, const char* key) {
  const auto& all = context.GetServerTrailingMetadata();
  const auto found = all.find(key);
  if (found == all.end()) return std::nullopt;
  return std::string_view{found->second.data(), found->second.size()};
}

std::optional<ErrorCode> code_of_number(std::optional<std::uint32_t> number) {
  if (!number) return std::nullopt;
  const auto row = std::ranges::find(error_rows, *number, &ErrorRow::number);
  if (row == error_rows.end() || row->code == ErrorCode::ok) return std::nullopt;
  return row->code;
}

// What gRPC itself answered, without our trailer.
ErrorCode code_of(::grpc::StatusCode status, Begun begun) {
  switch (status) {
    case ::grpc::StatusCode::INVALID_ARGUMENT:
    case ::grpc::StatusCode::OUT_OF_RANGE:
      return ErrorCode::invalid_params;
    case ::grpc::StatusCode::NOT_FOUND:
      return ErrorCode::not_found;
    case ::grpc::StatusCode::ALREADY_EXISTS:
      return ErrorCode::conflict;
    case ::grpc::StatusCode::PERMISSION_DENIED:
      return ErrorCode::forbidden;
    case ::grpc::StatusCode::UNAUTHENTICATED:
      return ErrorCode::unauthorized;
    // Our own servers name the limit; without it, a message was larger than one side takes.
    case ::grpc::StatusCode::RESOURCE_EXHAUSTED:
      return ErrorCode::too_large;
    case ::grpc::StatusCode::UNIMPLEMENTED:
      return ErrorCode::not_implemented;
    case ::grpc::StatusCode::DEADLINE_EXCEEDED:
      return ErrorCode::timeout;
    case ::grpc::StatusCode::UNAVAILABLE:
    case ::grpc::StatusCode::CANCELLED:
      return begun == Begun::no ? ErrorCode::unavailable : ErrorCode::timeout;
    default:
      return ErrorCode::internal;
  }
}

// gRPC tells a call that no connection has taken from one whose connection broke by its words
// alone, and with what it does not say so plainly the work may have begun. A test holds the words.
Begun begun_by(const ::grpc::Status& status) {
  constexpr std::array<std::string_view, 2> nowhere{"failed to connect to all addresses",
                                                    "DNS resolution failed"};
  if (status.error_code() != ::grpc::StatusCode::UNAVAILABLE) return Begun::perhaps;
  const bool never = std::ranges::any_of(
      nowhere, [&](std::string_view words) { return status.error_message().starts_with(words); });
  return never ? Begun::no : Begun::perhaps;
}

std::string without_advice(std::string message, ErrorCode code) {
  const std::string end = "; " + std::string{advice(code)};
  if (message.ends_with(end)) message.resize(message.size() - end.size());
  return message;
}

}  // namespace

std::string_view advice(ErrorCode code) {
  switch (code) {
    case ErrorCode::ok:
      return "nothing is to be done";
    case ErrorCode::unauthorized:
    case ErrorCode::token_expired:
      return "show valid credentials";
    case ErrorCode::not_found:
      return "check the id";
    case ErrorCode::internal:
      return "look into the log of the service under this time";
    case ErrorCode::forbidden:
    case ErrorCode::not_a_member:
    case ErrorCode::blocked:
    case ErrorCode::muted:
      return "ask somebody who may";
    case ErrorCode::conflict:
    case ErrorCode::idempotency_conflict:
    case ErrorCode::recall_expired:
    case ErrorCode::group_full:
      return "read the present state first";
    case ErrorCode::rate_limited:
    case ErrorCode::overloaded:
    case ErrorCode::unavailable:
    case ErrorCode::in_progress:
      return "try again later";
    case ErrorCode::timeout:
      return "it may have been done: try again with the same ids";
    case ErrorCode::fenced:
      return "stop working on this lane";
    case ErrorCode::not_implemented:
    case ErrorCode::method_not_allowed:
      return "call a method that this version serves";
    default:
      return "correct the request";
  }
}

::grpc::Status to_status(::grpc::CallbackServerContext& context, const Error& error, Begun begun) {
  const ErrorRow& row = error_row(error.code);
  context.AddTrailingMetadata(number_key, std::to_string(row.number));
  if (!error.hint.empty()) {
    context.AddTrailingMetadata(hint_key, error.hint.substr(0, hint_bytes_max));
  }
  if (error.retry_after_ms != 0) {
    context.AddTrailingMetadata(retry_key, std::to_string(error.retry_after_ms));
  }
  if (begun == Begun::no) context.AddTrailingMetadata(refused_key, "1");
  std::string cause = error.detail.empty() ? error.hint : error.detail;
  if (cause.empty()) cause = row.name;
  cause.resize(std::min(cause.size(), cause_bytes_max));
  return {static_cast<::grpc::StatusCode>(row.grpc_status),
          cause + "; " + std::string{advice(error.code)}};
}

Failure from_status(const ::grpc::ClientContext& context, const ::grpc::Status& status) {
  const auto text_number = trailer(context, number_key);
  const auto said =
      code_of_number(text_number ? number_of(*text_number) : std::optional<std::uint32_t>{});
  Failure failure;
  failure.answered = said.has_value();
  failure.begun =
      said ? (trailer(context, refused_key) ? Begun::no : Begun::perhaps) : begun_by(status);
  failure.error.code = said ? *said : code_of(status.error_code(), failure.begun);
  failure.error.detail = without_advice(status.error_message(), failure.error.code);
  if (const auto hint = trailer(context, hint_key)) failure.error.hint = *hint;
  if (const auto wait = trailer(context, retry_key)) {
    failure.error.retry_after_ms = number_of(*wait).value_or(0);
  }
  return failure;
}

}  // namespace gochat::rpc
