// Answers HTTP requests: CORS, credentials, the route, Idempotency-Key, and one shape for every
// success and every error. What a route does is in the http_*.cpp files that fill the table.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "async/gate.hpp"
#include "base/span.hpp"
#include "gateway/http_router.hpp"
#include "gateway/witness.hpp"
#include "net/responder.hpp"

namespace gochat::gateway {

struct HttpOptions {
  std::vector<std::string> allowed_origins;  // exact; "*" is not one
};

class HttpApi {
 public:
  struct Rooms {
    AuthApi& auth;
    RepeatApi& repeats;
    Witness& witness;
    Gate& gate;
  };
  HttpApi(Rooms rooms, HttpOptions options) : rooms_{rooms}, options_{std::move(options)} {}

  HttpRouter& router() { return router_; }
  void serve(net::HttpRequest request, net::HttpResponder responder);
  // An error in the one shape, with CORS headers, also for refused upgrades.
  net::HttpResponse problem(const net::HttpRequest& request, const Error& error, TraceId trace);
  // To a request that the network layer refused: of what was read, the page it came from counts.
  net::HttpResponse answer_refused(const net::HttpRequest& request);
  bool origin_allowed(const net::HttpRequest& request) const;

 private:
  // A request on its way to its answer, and what of it is counted at the end.
  struct Exchange {
    net::HttpRequest request;
    TraceId trace;
    MonoTime since;
    std::string_view route = "unknown";
    bool audited = false;
    UserId user{};
    trace::Span span{};
  };
  Task<> answer(std::shared_ptr<Exchange> exchange, net::HttpResponder responder);
  static void end_span(Exchange& exchange, int status, ErrorCode code);
  Task<Result<HttpReply>> reply_to(std::shared_ptr<Exchange> exchange);
  Task<Result<HttpReply>> once(HttpRoute& route, HttpCall call, std::string key);
  void add_cors(const net::HttpRequest& request, net::HttpResponse& response) const;
  net::HttpResponse preflight(const net::HttpRequest& request);

  Rooms rooms_;
  HttpOptions options_;
  HttpRouter router_;
};

// The credential of `Authorization: Bearer`, empty when there is none.
std::string bearer_token(const net::HttpRequest& request);
// Empty when the request carries none.
Result<std::string> idempotency_key(const net::HttpRequest& request);

}  // namespace gochat::gateway
