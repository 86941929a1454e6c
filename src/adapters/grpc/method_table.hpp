// What a server serves: rows of service, method and handler. One handler may stand in several rows,
// so that a method has two names, or services share it.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat::rpc {

// What comes with a call beside its request.
struct CallContext {
  Deadline deadline;        // the caller's, or the server's default
  std::string traceparent;  // W3C trace context; empty: none was given
};

// From the bytes of the request to those of the answer.
using Handler = std::function<Task<Result<std::string>>(CallContext, std::string)>;

struct Row {
  std::string service;  // with its package
  std::string method;
  Handler handler;
};
using MethodTable = std::vector<Row>;

namespace detail {

template <class Subject, class Request, class Answer>
Task<Result<std::string>> serve(std::shared_ptr<Subject> subject,
                                Task<Result<Answer>> (Subject::*act)(CallContext, Request),
                                CallContext call, std::string bytes) {
  Request request;
  if (!request.ParseFromString(bytes)) {
    co_return refused(ErrorCode::invalid_params, "the request is no " + request.GetTypeName());
  }
  auto answer = co_await (subject.get()->*act)(std::move(call), std::move(request));
  if (!answer) co_return std::move(answer).error();
  co_return answer->SerializeAsString();
}

}  // namespace detail

// A member that takes and answers generated messages, as a handler.
template <class Subject, class Request, class Answer>
Handler handled_by(std::shared_ptr<Subject> subject,
                   Task<Result<Answer>> (Subject::*act)(CallContext, Request)) {
  return [subject = std::move(subject), act](CallContext call, std::string bytes) {
    return detail::serve(subject, act, std::move(call), std::move(bytes));
  };
}

// Adds a row for every service under every name.
void serve_as(MethodTable& table, const std::vector<std::string_view>& services,
              const std::vector<std::string_view>& names, const Handler& handler);

}  // namespace gochat::rpc
