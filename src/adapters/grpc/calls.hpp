// Calls of a role's methods, spread over all of its instances that are well.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/grpc/channel.hpp"
#include "async/breaker.hpp"
#include "async/retry.hpp"
#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/metrics.hpp"
#include "base/result.hpp"
#include "ports/service_directory.hpp"

namespace gochat::rpc {

struct Method {
  std::string_view service;  // with its package
  std::string_view name;
  // Whether carrying it out twice, one after the other, is carrying it out once.
  bool idempotent = false;
  // Whether it changes nothing, so that two may also carry it out at once, and the answer of either
  // is good: of two raised fences the later one counts, and its caller may have heard of the other.
  bool reads = false;
};

struct CallsOptions {
  std::string role{};
  // A fixed list; empty: the directory is asked.
  std::vector<std::string> addresses{};
  Duration refresh_every = std::chrono::seconds{1};
  // The least time between two questions of calls that find no instance.
  Duration refresh_pause = std::chrono::milliseconds{100};
  // A read that is not answered for so long is asked of another instance too.
  Duration hedge_after = std::chrono::milliseconds{500};
  ChannelOptions channel{};
  Duration deadline_default = std::chrono::seconds{5};
  std::size_t calls_max = 4'096;  // at once; the next one is told `overloaded`
  RetryPolicy retry{};
  double retries_earned_per_call = 0.2;
  double retries_saved_max = 200;
  BreakerPolicy breaker{.failures_in_a_row_max = 3, .open_time = std::chrono::seconds{1}};
};

struct CallsCounts {
  metrics::Family<metrics::Counter> calls{"method"};
  metrics::Family<metrics::Counter> errors{"method", "code"};
  metrics::Family<metrics::WaitHistogram> seconds{"method"};
  metrics::Family<metrics::Counter> retries{"method"};
  metrics::Family<metrics::Counter> hedges{"method"};
  metrics::Family<metrics::Counter> attempts{"instance"};
  metrics::Family<metrics::Counter> failures{"instance"};
  metrics::Counter unspent;  // retries and hedges that the budget did not allow
};

// Ordering: none between calls. An attempt is made again, on another instance if there is one, when
// it surely was not begun, or when the method is idempotent and the instance answered nothing or
// `unavailable`; within the deadline, the tries and the budget that all calls share. One that reads
// and stays without an answer is asked of a second instance as well, out of the same budget, and
// the first answer counts. An instance that fails several times in a row is left out for a
// while and then tried with single calls.
// Errors: what the service answers; `unavailable` when nothing was done and `timeout` when nobody
// knows; `overloaded`. Lives on one loop, on which everything is called, and goes before it.
class Calls {
 public:
  // The directory is needed unless the options name addresses, and outlives this.
  Calls(boost::asio::any_io_executor executor, Timers& timers, ServiceDirectory* directory,
        Dice dice, CallsOptions options);
  ~Calls();
  Calls(const Calls&) = delete;
  Calls& operator=(const Calls&) = delete;

  // Asks the directory now, and from now on regularly. A directory that is away stops nobody: the
  // last known list stays good.
  Task<> start();
  Task<> stop();
  // What this side shows from now on, and whom it believes.
  void use(Certificates certificates);

  // Messages are those that protoc makes.
  template <class Answer, class Request>
  Task<Result<Answer>> unary(Method method, Request request, Deadline deadline) {
    auto bytes = co_await call(method, request.SerializeAsString(), deadline);
    if (!bytes) co_return std::move(bytes).error();
    Answer answer;
    if (!answer.ParseFromString(*bytes)) {
      co_return failed(ErrorCode::internal, "the answer is no " + answer.GetTypeName());
    }
    co_return answer;
  }
  Task<Result<std::string>> call(Method method, std::string request, Deadline deadline);

  Deadline soon() const;  // the deadline of a caller that has none
  // Addresses in use, and of those the ones that are left out at present.
  std::size_t instances() const;
  std::size_t ejected() const;
  std::size_t calls_open() const;
  const CallsCounts& counts() const;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace gochat::rpc
