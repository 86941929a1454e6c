#include "gateway/http_api.hpp"

#include <algorithm>

#include "base/log.hpp"
#include "domain/siphash.hpp"
#include "protocol/error_text.hpp"
#include "protocol/http_json.hpp"

namespace gochat::gateway {
namespace {

constexpr std::string_view allowed_headers =
    "Authorization, Content-Type, Idempotency-Key, Accept-Language";
constexpr std::string_view allowed_methods = "GET, POST, PUT, DELETE, OPTIONS";
constexpr std::string_view preflight_seconds = "600";

// A missing type and the one of a form too: `curl -d` without -H is how people try an API.
bool reads_as_json(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ')) type.remove_suffix(1);
  return type.empty() || net::same_token(type, "application/json") ||
         net::same_token(type, "application/x-www-form-urlencoded");
}

}  // namespace

std::string bearer_token(const net::HttpRequest& request) {
  const std::string_view value = request.headers.get("Authorization");
  constexpr std::string_view scheme = "bearer ";
  if (value.size() <= scheme.size()) return {};
  const bool bearer = std::ranges::equal(
      value.substr(0, scheme.size()), scheme,
      [](char a, char b) { return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + 32) : a) == b; });
  return bearer ? std::string{value.substr(scheme.size())} : std::string{};
}

Result<std::string> idempotency_key(const net::HttpRequest& request) {
  constexpr std::size_t bytes_max = 255;
  const std::string_view key = request.headers.get("Idempotency-Key");
  if (key.size() > bytes_max) {
    return refused(ErrorCode::invalid_params, "Idempotency-Key is longer than 255 bytes");
  }
  return std::string{key};
}

bool HttpApi::origin_allowed(const net::HttpRequest& request) const {
  return std::ranges::find(options_.allowed_origins, request.headers.get("Origin")) !=
         options_.allowed_origins.end();
}

void HttpApi::add_cors(const net::HttpRequest& request, net::HttpResponse& response) const {
  if (!request.headers.has("Origin")) return;
  response.headers.add("Vary", "Origin");
  if (!origin_allowed(request)) return;
  response.headers.add("Access-Control-Allow-Origin", std::string{request.headers.get("Origin")});
  response.headers.add("Access-Control-Expose-Headers", "Retry-After, Idempotency-Replayed");
}

net::HttpResponse HttpApi::preflight(const net::HttpRequest& request) {
  net::HttpResponse response;
  response.status = 204;
  add_cors(request, response);
  if (origin_allowed(request)) {
    response.headers.add("Access-Control-Allow-Methods", std::string{allowed_methods});
    response.headers.add("Access-Control-Allow-Headers", std::string{allowed_headers});
    response.headers.add("Access-Control-Max-Age", std::string{preflight_seconds});
  }
  return response;
}

net::HttpResponse HttpApi::problem(const net::HttpRequest& request, const Error& error,
                                   TraceId trace) {
  const ErrorRow& row = error_row(error.code);
  net::HttpResponse response;
  response.status = row.http_status;
  response.headers.add("Content-Type", "application/problem+json");
  response.headers.add("Cache-Control", "no-store");
  if (error.retry_after_ms > 0) {
    response.headers.add("Retry-After", std::to_string((error.retry_after_ms + 999) / 1000));
  }
  add_cors(request, response);
  const auto language = protocol::choose_language(request.headers.get("Accept-Language"));
  response.body = protocol::problem_body(error, {trace.text(), request.path, language});
  return response;
}

net::HttpResponse HttpApi::answer_refused(const net::HttpRequest& request) {
  const net::Refusal& refusal = *request.refusal;
  const auto row = std::ranges::find_if(error_rows, [&](const ErrorRow& one) {
    return one.http_status == refusal.status && !one.retryable;
  });
  if (row == error_rows.end()) {
    return net::plain_response(refusal.status, std::string{refusal.reason});
  }
  return problem(request, refused(row->code, std::string{refusal.reason}),
                 rooms_.witness.trace_of(request));
}

void HttpApi::serve(net::HttpRequest request, net::HttpResponder responder) {
  if (request.method == net::HttpMethod::options) {
    auto response = preflight(request);
    rooms_.witness.page_answered(request, "preflight", response.status);
    return responder.send(std::move(response));
  }
  const auto arrived = rooms_.witness.arrival(request.headers.get("traceparent"));
  auto exchange = std::make_shared<Exchange>(std::move(request), arrived.id, rooms_.witness.now());
  exchange->span = trace::start("request", trace::Kind::server, arrived);
  rooms_.gate.spawn(answer(std::move(exchange), std::move(responder)));
}

Task<> HttpApi::answer(std::shared_ptr<Exchange> exchange, net::HttpResponder responder) {
  const net::HttpRequest& request = exchange->request;
  const trace::Scope scope{exchange->span.context()};
  auto reply = co_await reply_to(exchange);
  net::HttpResponse response;
  if (reply) {
    response.status = reply->status;
    response.headers.add("Content-Type", "application/json; charset=utf-8");
    response.headers.add("Cache-Control", "no-store");
    response.headers.add("X-Content-Type-Options", "nosniff");
    if (reply->replayed) response.headers.add("Idempotency-Replayed", "true");
    add_cors(request, response);
    response.body = protocol::success_body(reply->data, reply->message, reply->next);
  } else {
    response = problem(request, reply.error(), exchange->trace);
    if (reply.code() == ErrorCode::method_not_allowed) {
      response.headers.add("Allow", router_.find(request.method, request.path).allowed);
    }
  }
  rooms_.witness.answered({request, exchange->route, response.status, exchange->since,
                           exchange->trace, exchange->user,
                           reply ? nullptr : &std::as_const(reply).error(), exchange->audited});
  end_span(*exchange, response.status, reply.code());
  responder.send(std::move(response));
}

void HttpApi::end_span(Exchange& exchange, int status, ErrorCode code) {
  using trace::Attribute;
  trace::Span& span = exchange.span;
  if (!span.recorded()) return;
  const std::string_view method = method_name(exchange.request.method);
  span.rename(std::string{method} + ' ' + std::string{exchange.route});
  span.set(Attribute::http_method, method);
  span.set(Attribute::http_route, exchange.route);
  span.set(Attribute::http_status, status);
  span.answered(code);
  span.end();
}

Task<Result<HttpReply>> HttpApi::reply_to(std::shared_ptr<Exchange> exchange) {
  const net::HttpRequest* request = &exchange->request;
  auto match = router_.find(request->method, request->path);
  if (!match.route) {
    if (!match.allowed.empty()) {
      co_return refused(ErrorCode::method_not_allowed, "this path answers " + match.allowed);
    }
    co_return refused(ErrorCode::not_found, "no such route");
  }
  exchange->route = match.route->pattern;
  exchange->audited = match.route->audited;
  if (!request->body.empty()) {
    if (!reads_as_json(request->headers.get("Content-Type")))
      co_return refused(ErrorCode::unsupported_media_type, "send application/json");
  }
  HttpCall call{*request, {}, exchange->trace, std::move(match.values)};
  if (match.route->access != Access::open) {
    const std::string token = bearer_token(*request);
    if (token.empty())
      co_return refused(ErrorCode::unauthorized, "Authorization: Bearer <token> is missing");
    auto caller = co_await rooms_.auth.authenticate(token);
    if (!caller) co_return caller.error();
    exchange->user = caller->user;
    if (match.route->access == Access::members && caller->is_guest) {
      co_return refused(ErrorCode::forbidden, "guests may not do this; register first");
    }
    call.caller = *caller;
  }
  const auto key = idempotency_key(*request);
  if (!key) co_return key.error();
  if (match.route->creates && !key->empty()) {
    co_return co_await once(*match.route, std::move(call), *key);
  }
  co_return co_await match.route->handler(std::move(call));
}

// The first request under a key does the work; later ones get its answer.
Task<Result<HttpReply>> HttpApi::once(HttpRoute& route, HttpCall call, std::string key) {
  const Caller caller = call.caller;
  std::string name{method_name(route.method)};
  name += ' ';
  name += route.pattern;
  for (const std::string& value : call.values) name += ' ' + value;
  const std::uint64_t body_hash = siphash({}, call.request.body);
  auto known = co_await rooms_.repeats.begin(caller, name, key, body_hash);
  if (!known) co_return known.error();
  if (*known) {
    const std::string& stored = **known;  // "201 {...}"
    co_return HttpReply{std::stoi(stored.substr(0, 3)), stored.substr(4), "repeated", {}, true};
  }
  auto reply = co_await route.handler(std::move(call));
  std::optional<std::string> answer;
  if (reply) answer = std::to_string(reply->status) + ' ' + reply->data;
  if (auto kept = co_await rooms_.repeats.finish(caller, name, key, body_hash, answer); !kept) {
    log::warn("an idempotency key was not kept", {{log::Field::reason, kept.error().detail}});
  }
  co_return reply;
}

}  // namespace gochat::gateway
