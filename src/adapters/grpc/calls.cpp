#include "adapters/grpc/calls.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "adapters/grpc/instances.hpp"
#include "async/gate.hpp"
#include "base/assert.hpp"
#include "base/log.hpp"

namespace gochat::rpc {
namespace {

// That our own token is not taken says nothing about the caller, who must not be signed out for it.
void disown_token(const Instance& instance, Answer& answer) {
  if (answer.begun || answer.result.code() != ErrorCode::unauthorized) return;
  answer.result = failed(ErrorCode::unavailable,
                         instance.name + " does not take the token of this process (grpc.token)");
}

}  // namespace

struct Calls::State {
  boost::asio::any_io_executor executor;
  Timers& timers;
  ServiceDirectory* directory;
  Dice dice;
  const CallsOptions options;
  CallsCounts counts;
  RetryBudget budget;
  Instances instances;
  Gate gate;
  Timer next_refresh;
  std::size_t open = 0;

  State(boost::asio::any_io_executor on, Timers& time, ServiceDirectory* of, Dice random,
        CallsOptions chosen)
      : executor{std::move(on)},
        timers{time},
        directory{of},
        dice{std::move(random)},
        options{std::move(chosen)},
        budget{options.retries_earned_per_call, options.retries_saved_max},
        instances{options.channel, options.breaker},
        gate{executor} {}

  // What happened to one attempt, and whether it may be made again.
  struct Attempt {
    Result<std::string> result = ErrorCode::unavailable;
    bool again = false;
    const Peer* peer = nullptr;
  };
  Task<Result<Instances::Pick>> pick(std::vector<const Peer*> tried);
  Task<Attempt> attempt(Method method, std::string request, Deadline deadline,
                        std::vector<const Peer*> tried);
  void judge(Breaker::Call verdict, const Peer& peer, const Answer& answer);
  Duration pause(const Attempt& failed, std::uint32_t number, std::size_t tried);
  Task<Result<std::string>> call(Method method, std::string request, Deadline deadline);
  void ended(Method method, MonoTime began, ErrorCode code);
  Task<> refresh();
  static Task<> refresh_and_wait(std::shared_ptr<State> self);
};

// An answer of any kind shows an instance at work, but for `unavailable`: one that has lost what it
// stands on is left out while others are well.
void Calls::State::judge(Breaker::Call verdict, const Peer& peer, const Answer& answer) {
  const auto is_in = [&] { return peer.breaker.state(timers.now()) == Breaker::State::closed; };
  const bool was_in = is_in();
  counts.attempts.at({peer.instance.name}).add();
  if (answer.answered && answer.result.code() != ErrorCode::unavailable) {
    verdict.succeeded();
    if (!was_in && is_in()) {
      log::info("takes an instance in again", {{log::Field::instance, peer.instance.name},
                                               {log::Field::address, peer.instance.address}});
    }
    return;
  }
  counts.failures.at({peer.instance.name}).add();
  verdict.failed(timers.now());
  if (was_in && !is_in()) {
    log::warn("leaves out an instance that fails",
              {{log::Field::instance, peer.instance.name},
               {log::Field::address, peer.instance.address},
               {log::Field::reason, answer.result.error().detail}});
  }
}

// A directory is asked again before a call fails for want of an instance.
Task<Result<Instances::Pick>> Calls::State::pick(std::vector<const Peer*> tried) {
  auto picked = instances.pick(tried, timers.now());
  if (picked || directory == nullptr) co_return picked;
  co_await refresh();
  co_return instances.pick(tried, timers.now());
}

Task<Calls::State::Attempt> Calls::State::attempt(Method method, std::string request,
                                                  Deadline deadline,
                                                  std::vector<const Peer*> tried) {
  auto picked = co_await pick(std::move(tried));
  if (!picked) co_return Attempt{std::move(picked).error(), true, nullptr};
  Instances::Pick pick = *std::move(picked);
  const std::shared_ptr<Peer> peer = pick.peer;
  Channel::Request wire{
      "/" + std::string{method.service} + "/" + std::string{method.name}, std::move(request),
      options.traceparent ? options.traceparent() : std::string{}, deadline - timers.now()};
  ++peer->open;
  Answer answer = co_await peer->channel.call(std::move(wire));
  --peer->open;
  disown_token(peer->instance, answer);
  judge(std::move(pick.admitted), *peer, answer);
  const ErrorCode code = answer.result.code();
  const bool lost = !answer.answered || code == ErrorCode::unavailable;
  const bool again = error_row(code).retryable && (!answer.begun || (method.idempotent && lost));
  co_return Attempt{std::move(answer.result), again, peer.get()};
}

// Another instance is tried at once; the same one, or none, after a while.
Duration Calls::State::pause(const Attempt& failed, std::uint32_t number, std::size_t tried) {
  if (failed.peer != nullptr && tried < instances.size()) return Duration::zero();
  const auto asked = std::chrono::milliseconds{failed.result.error().retry_after_ms};
  return std::max<Duration>(asked, full_jitter(options.retry, number, dice()));
}

Task<Result<std::string>> Calls::State::call(Method method, std::string request,
                                             Deadline deadline) {
  std::vector<const Peer*> tried;
  budget.called();
  for (std::uint32_t number = 1;; ++number) {
    Attempt made = co_await attempt(method, request, deadline, tried);
    if (made.result || !made.again || number >= options.retry.attempts_max) {
      co_return std::move(made.result);
    }
    if (made.peer != nullptr) tried.push_back(made.peer);
    const Duration wait = pause(made, number, tried.size());
    if (wait >= deadline - timers.now()) co_return std::move(made.result);
    if (!budget.spend()) {
      counts.unspent.add();
      co_return std::move(made.result);
    }
    counts.retries.at({method.name}).add();
    if (wait > Duration::zero()) co_await timers.sleep(wait);
  }
}

void Calls::State::ended(Method method, MonoTime began, ErrorCode code) {
  const Duration took = timers.now() - began;
  const std::string name{method.name};
  counts.calls.at({name}).add();
  counts.seconds.at({name}).observe(took);
  if (code != ErrorCode::ok) counts.errors.at({name, error_row(code).name}).add();
  if (!log::enabled(log::Level::debug)) return;
  const auto whole_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  log::debug("called a service", {{log::Field::method, method.name},
                                  {log::Field::code, error_row(code).name},
                                  {log::Field::ms, std::int64_t{whole_ms}}});
}

Task<> Calls::State::refresh() {
  auto known = co_await directory->instances(options.role);
  if (known) instances.are(*known);
}

Task<> Calls::State::refresh_and_wait(std::shared_ptr<State> self) {
  co_await self->refresh();
  self->next_refresh =
      self->timers.after(self->options.refresh_every, [weak = std::weak_ptr{self}] {
        if (const auto alive = weak.lock()) alive->gate.spawn(refresh_and_wait(alive));
      });
}

Calls::Calls(boost::asio::any_io_executor executor, Timers& timers, ServiceDirectory* directory,
             Dice dice, CallsOptions options)
    : state_{std::make_shared<State>(std::move(executor), timers, directory, std::move(dice),
                                     std::move(options))} {
  if (state_->options.addresses.empty()) {
    GOCHAT_ASSERT(directory != nullptr);
    return;
  }
  state_->directory = nullptr;
  std::vector<Instance> fixed;
  for (const std::string& address : state_->options.addresses) {
    fixed.push_back({state_->options.role, address, 0, address});
  }
  state_->instances.are(fixed);
}

Calls::~Calls() { state_->instances.cancel_all(); }

Task<> Calls::start() {
  const auto state = state_;
  if (state->directory == nullptr) co_return;
  co_await State::refresh_and_wait(state);
}

Task<> Calls::stop() {
  const auto state = state_;
  co_await state->gate.close();
  state->next_refresh.cancel();
}

void Calls::use(Certificates certificates) { state_->instances.use(std::move(certificates)); }

Task<Result<std::string>> Calls::call(Method method, std::string request, Deadline deadline) {
  const auto state = state_;
  const MonoTime began = state->timers.now();
  if (deadline <= began) co_return failed(ErrorCode::timeout, "the deadline has passed");
  if (state->open >= state->options.calls_max) {
    co_return failed(ErrorCode::overloaded,
                     "too many calls to " + state->options.role + " are open");
  }
  ++state->open;
  auto result = co_await state->call(method, std::move(request), deadline);
  --state->open;
  state->ended(method, began, result.code());
  co_return result;
}

Deadline Calls::soon() const { return state_->timers.now() + state_->options.deadline_default; }
std::size_t Calls::instances() const { return state_->instances.size(); }
std::size_t Calls::ejected() const { return state_->instances.ejected(state_->timers.now()); }
std::size_t Calls::calls_open() const { return state_->open; }
const CallsCounts& Calls::counts() const { return state_->counts; }

}  // namespace gochat::rpc
