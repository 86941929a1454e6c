// The table of HTTP routes: which method and path, who may call, and what answers. Pure matching;
// the handlers are registered by the http_*.cpp files.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"
#include "base/trace_id.hpp"
#include "net/http_message.hpp"
#include "ports/logic_api.hpp"

namespace gochat::gateway {

struct HttpCall {
  net::HttpRequest request;
  Caller caller;  // empty on open routes
  TraceId trace;
  std::vector<std::string> values;  // of the {placeholders}, in order

  const std::string& value(std::size_t n) const { return values.at(n); }
};

// A success. `data` is JSON; empty means null.
struct HttpReply {
  int status = 200;
  std::string data;
  std::string message = "ok";
  std::string next{};     // of a list that may go on: the cursor of its next part
  bool replayed = false;  // what an earlier request with the same Idempotency-Key did
};

enum class Access : std::uint8_t {
  open,     // no credential is looked at
  anyone,   // signed in, guests too
  members,  // signed in, no guests
};

using HttpHandler = std::move_only_function<Task<Result<HttpReply>>(HttpCall)>;

struct HttpRoute {
  net::HttpMethod method;
  std::string pattern;  // below the API's root: "/groups/{id}/members"
  Access access;
  HttpHandler handler;
  bool creates = false;  // its answers are kept under their Idempotency-Key; not for open ones
  bool audited = false;  // an act of consequence: the log tells of its success too
};

class HttpRouter {
 public:
  // A pattern and method may be added once; a second one is a bug.
  void add(HttpRoute route);
  void audit(net::HttpMethod method, std::string_view pattern);

  struct Match {
    HttpRoute* route = nullptr;
    std::vector<std::string> values;
    std::string allowed;  // when the path exists under other methods: for the Allow header
  };
  // `path` is canonical ("/api/v1/...") or its alias ("/api/..."). Literal segments win over
  // placeholders.
  Match find(net::HttpMethod method, std::string_view path);

  static bool is_api(std::string_view path);
  const std::vector<HttpRoute>& routes() const { return routes_; }

 private:
  std::vector<HttpRoute> routes_;
};

std::string_view method_name(net::HttpMethod method);

}  // namespace gochat::gateway
