#include "adapters/etcd/members.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace gochat::etcd {

Members::Members(Timers& timers, Dice dice, const ClientOptions& options, ClientCounts& counts)
    : timers_{timers},
      options_{options},
      counts_{counts},
      budget_{options.retries_earned_per_call, options.retries_saved_max},
      retry_{timers, options.retry, std::move(dice), budget_} {
  for (const std::string& endpoint : options.endpoints) {
    members_.push_back({endpoint, Breaker{options.breaker}});
  }
}

Task<Result<std::string>> Members::call(Ask ask, Again again) {
  const Deadline deadline = timers_.now() + options_.time_max;
  if (again == Again::never) co_return co_await ask_in_turn(&ask, deadline);
  const auto attempt = [this, &ask](Deadline until) { return ask_in_turn(&ask, until); };
  co_return co_await retry_.run(deadline, attempt);
}

Task<Result<std::string>> Members::ask_in_turn(const Ask* ask, Deadline deadline) {
  Error error = failed(ErrorCode::unavailable, "no member of etcd is named");
  bool asked = false;
  const std::size_t first = good_;
  for (std::size_t tried = 0; tried < members_.size(); ++tried) {
    const std::size_t at = (first + tried) % members_.size();
    Member& member = members_[at];
    auto admitted = member.breaker.enter(timers_.now());
    if (!admitted) {
      const bool sooner =
          error.retry_after_ms == 0 || admitted.error().retry_after_ms < error.retry_after_ms;
      if (asked || !sooner) continue;
      error = std::move(admitted).error();
      error.detail = member.address + " is left alone, after: " + member.failure;
      continue;
    }
    const Duration left = std::min(options_.call_time_max, deadline - timers_.now());
    if (left <= Duration::zero()) co_return failed(ErrorCode::timeout, "no time was left");
    asked = true;
    counts_.calls.add();
    const MonoTime asked_at = timers_.now();
    rpc::Answer answer = co_await (*ask)(at, left);
    counts_.seconds.observe(timers_.now() - asked_at);
    judge(*std::move(admitted), member, answer.result);
    if (answer.result) {
      good_ = at;
      co_return std::move(answer.result);
    }
    counts_.errors.add();
    error = std::move(answer.result).error();
  }
  co_return error;
}

// What no retry mends is the answer of a member at work.
void Members::judge(Breaker::Call verdict, Member& member, const Result<std::string>& result) {
  const auto is_in = [&] { return member.breaker.state(timers_.now()) == Breaker::State::closed; };
  const bool was_in = is_in();
  if (result || !result.error().retryable()) {
    verdict.succeeded();
    if (!was_in && is_in()) {
      log::info("asks a member of etcd again", {{log::Field::address, member.address}});
    }
    return;
  }
  member.failure = result.error().detail;
  verdict.failed(timers_.now());
  if (was_in && !is_in()) {
    log::warn("leaves a member of etcd alone that fails",
              {{log::Field::address, member.address}, {log::Field::reason, member.failure}});
  }
}

std::size_t Members::left_alone() const {
  const MonoTime now = timers_.now();
  return static_cast<std::size_t>(std::ranges::count_if(members_, [now](const Member& member) {
    return member.breaker.state(now) != Breaker::State::closed;
  }));
}

}  // namespace gochat::etcd
