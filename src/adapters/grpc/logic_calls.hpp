// A call of logic: its arguments become a request, and the answer what it stands for.
#pragma once

#include <string>
#include <utility>

#include "adapters/grpc/calls.hpp"
#include "adapters/grpc/logic_methods.hpp"
#include "adapters/grpc/logic_model.hpp"
#include "adapters/grpc/logic_requests.hpp"
#include "adapters/grpc/text_fields.hpp"

namespace gochat::rpc::to_logic {

template <class Request, class... Args>
Request made(const Args&... args) {
  Request request;
  fill(request, args...);
  return request;
}

template <class Answer, class Request>
Task<Result<Answer>> call(Calls* calls, Method method, Request request) {
  if (const auto field = field_without_utf8(request)) {
    co_return refused(ErrorCode::invalid_params, *field + " is not UTF-8");
  }
  co_return co_await calls->unary<Answer>(method, std::move(request), calls->soon());
}

template <class Answer, class Request>
auto ask(Calls* calls, Method method, Request request)
    -> Task<Result<decltype(from_answer(std::declval<const Answer&>(), std::declval<Faults&>()))>> {
  const auto answer = co_await call<Answer>(calls, method, std::move(request));
  if (!answer) co_return answer.error();
  Faults faults;
  auto value = from_answer(*answer, faults);
  if (faults) co_return faults.of_answer();
  co_return value;
}

template <class Request>
Task<Result<void>> tell(Calls* calls, Method method, Request request) {
  const auto answer = co_await call<v1::Done>(calls, method, std::move(request));
  if (!answer) co_return answer.error();
  co_return Result<void>{};
}

}  // namespace gochat::rpc::to_logic
