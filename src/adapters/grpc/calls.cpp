#include "adapters/grpc/calls.hpp"

#include <algorithm>
#include <chrono>
#include <optional>

#include "adapters/grpc/instances.hpp"
#include "async/gate.hpp"
#include "async/wakeup.hpp"
#include "base/assert.hpp"
#include "base/log.hpp"
#include "base/span.hpp"

namespace gochat::rpc {
namespace {

// That our own token is not taken says nothing about the caller, who must not be signed out for it.
void disown_token(const Instance& instance, Answer& answer) {
  if (answer.begun || answer.result.code() != ErrorCode::unauthorized) return;
  answer.result = failed(ErrorCode::unavailable,
                         instance.name + " does not take the token of this process (grpc.token)");
}

// A call, and whom it has been sent to so far.
struct Asked {
  Method method;
  std::string request;
  Deadline deadline;
  trace::Context cause;  // attempts may run beside the caller
  std::vector<const Peer*> tried{};
};

// What happened to one attempt, and whether it may be made again.
struct Attempt {
  Result<std::string> result = ErrorCode::unavailable;
  bool again = false;
  bool sent = false;
};

// The attempts of one call that run side by side. Over with the first answer that is none to be
// tried again, or when all have ended.
struct Race {
  std::optional<Attempt> best{};
  std::size_t running = 0;
  Wakeup ended{};

  bool over() const { return best && (!best->again || running == 0); }
};

// One question to the directory, and the calls that wait for its answer.
struct Listing {
  bool ended = false;
  std::vector<std::shared_ptr<Wakeup>> waiting{};
};

}  // namespace

struct Calls::State : std::enable_shared_from_this<Calls::State> {
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
  // Of attempts whose call may have its answer already.
  Gate hedged;
  std::shared_ptr<Listing> listing;  // null: the directory is not being asked by calls
  MonoTime next_listing{};
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
        gate{executor},
        hedged{executor} {}

  Task<Result<Instances::Pick>> pick(std::shared_ptr<Asked> asked);
  Task<> look_again(Deadline deadline);
  static Task<> list(std::shared_ptr<State> self);
  Task<Attempt> attempt(std::shared_ptr<Asked> asked);
  static trace::Span begin_span(const Asked& asked);
  void judge(Breaker::Call verdict, Peer& peer, const Answer& answer);
  Task<Attempt> ask(std::shared_ptr<Asked> asked);
  bool start(const std::shared_ptr<Race>& race, const std::shared_ptr<Asked>& asked);
  static Task<> take_part(std::shared_ptr<State> self, std::shared_ptr<Race> race,
                          std::shared_ptr<Asked> asked);
  bool spend();
  Duration pause(const Attempt& failed, std::uint32_t number, const Asked& asked);
  Task<Result<std::string>> call(Method method, std::string request, Deadline deadline);
  void ended(Method method, MonoTime began, ErrorCode code);
  Task<> refresh();
  static Task<> refresh_and_wait(std::shared_ptr<State> self);
};

// An answer of any kind shows an instance at work, but for `unavailable`: one that has lost what it
// stands on is left out while others are well.
void Calls::State::judge(Breaker::Call verdict, Peer& peer, const Answer& answer) {
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
  peer.failure = answer.result ? std::string{} : answer.result.error().detail;
  if (was_in && !is_in()) {
    log::warn("leaves out an instance that fails", {{log::Field::instance, peer.instance.name},
                                                    {log::Field::address, peer.instance.address},
                                                    {log::Field::reason, peer.failure}});
  }
}

// A directory is asked again before a call fails for want of an instance.
Task<Result<Instances::Pick>> Calls::State::pick(std::shared_ptr<Asked> asked) {
  auto picked = instances.pick(asked->tried, timers.now());
  if (picked || directory == nullptr) co_return picked;
  co_await look_again(asked->deadline);
  co_return instances.pick(asked->tried, timers.now());
}

// All who find nobody share one question, and none waits for its answer beyond its own deadline.
Task<> Calls::State::look_again(Deadline deadline) {
  auto current = listing;
  if (!current) {
    if (timers.now() < next_listing) co_return;
    current = listing = std::make_shared<Listing>();
    if (!gate.spawn(list(shared_from_this()))) listing.reset();
  }
  if (current->ended || !listing) co_return;
  const auto answered = std::make_shared<Wakeup>();
  current->waiting.push_back(answered);
  co_await answered->wait(timers, deadline - timers.now());
}

Task<> Calls::State::list(std::shared_ptr<State> self) {
  co_await self->refresh();
  self->next_listing = self->timers.now() + self->options.refresh_pause;
  const auto answered = std::exchange(self->listing, nullptr);
  answered->ended = true;
  for (const auto& one : answered->waiting) one->notify();
}

// Each attempt has its own, so that a failing instance is seen.
trace::Span Calls::State::begin_span(const Asked& asked) {
  using trace::Attribute;
  const Method& method = asked.method;
  trace::Span span = trace::start(method.name, trace::Kind::client, asked.cause);
  span.set(Attribute::rpc_system, "grpc");
  span.set(Attribute::rpc_service, method.service);
  span.set(Attribute::rpc_method, method.name);
  span.set(Attribute::attempt, std::ssize(asked.tried) + 1);
  return span;
}

Task<Attempt> Calls::State::attempt(std::shared_ptr<Asked> asked) {
  trace::Span span = begin_span(*asked);
  auto picked = co_await pick(asked);
  if (!picked) {
    span.failed(picked.code());
    co_return Attempt{std::move(picked).error(), true, false};
  }
  Instances::Pick pick = *std::move(picked);
  const std::shared_ptr<Peer> peer = pick.peer;
  asked->tried.push_back(peer.get());
  const Method& method = asked->method;
  Channel::Request wire{"/" + std::string{method.service} + "/" + std::string{method.name},
                        asked->request,
                        span.context() ? span.context().traceparent() : std::string{},
                        asked->deadline - timers.now()};
  span.set(trace::Attribute::instance, peer->instance.name);
  ++peer->open;
  Answer answer = co_await peer->channel.call(std::move(wire));
  --peer->open;
  disown_token(peer->instance, answer);
  judge(std::move(pick.admitted), *peer, answer);
  const ErrorCode code = answer.result.code();
  span.answered(code);
  const bool lost = !answer.answered || code == ErrorCode::unavailable;
  const bool again = error_row(code).retryable && (!answer.begun || (method.idempotent && lost));
  co_return Attempt{std::move(answer.result), again, true};
}

// A read that stays without an answer is asked of another instance as well: one that stands still,
// and whose connection nobody has closed, costs its callers this pause and not their deadline. What
// loses runs on, for the breaker of its instance to hear of its end.
Task<Attempt> Calls::State::ask(std::shared_ptr<Asked> asked) {
  const auto race = std::make_shared<Race>();
  const bool hedges = asked->method.reads && instances.size() > 1;
  if (!hedges || !start(race, asked)) co_return co_await attempt(asked);
  const Duration patience = std::min(options.hedge_after, asked->deadline - timers.now());
  if (!race->over()) co_await race->ended.wait(timers, patience);
  if (!race->best && timers.now() < asked->deadline &&
      instances.another(asked->tried, timers.now()) && spend()) {
    counts.hedges.at({asked->method.name}).add();
    start(race, asked);
  }
  while (!race->over()) co_await race->ended.wait();
  co_return *std::move(race->best);
}

bool Calls::State::start(const std::shared_ptr<Race>& race, const std::shared_ptr<Asked>& asked) {
  ++race->running;
  if (hedged.spawn(take_part(shared_from_this(), race, asked))) return true;
  --race->running;
  return false;
}

Task<> Calls::State::take_part(std::shared_ptr<State> self, std::shared_ptr<Race> race,
                               std::shared_ptr<Asked> asked) {
  Attempt made = co_await self->attempt(std::move(asked));
  --race->running;
  if (!race->best || race->best->again) race->best = std::move(made);
  race->ended.notify();
}

bool Calls::State::spend() {
  if (budget.spend()) return true;
  counts.unspent.add();
  return false;
}

// Another instance is tried at once; the same one, or none, after a while.
Duration Calls::State::pause(const Attempt& failed, std::uint32_t number, const Asked& asked) {
  if (failed.sent && asked.tried.size() < instances.size()) return Duration::zero();
  const auto wanted = std::chrono::milliseconds{failed.result.error().retry_after_ms};
  return std::max<Duration>(wanted, full_jitter(options.retry, number, dice()));
}

Task<Result<std::string>> Calls::State::call(Method method, std::string request,
                                             Deadline deadline) {
  const auto asked =
      std::make_shared<Asked>(method, std::move(request), deadline, trace::current());
  budget.called();
  for (std::uint32_t number = 1;; ++number) {
    Attempt made = co_await ask(asked);
    if (made.result || !made.again || number >= options.retry.attempts_max) {
      co_return std::move(made.result);
    }
    const Duration wait = pause(made, number, *asked);
    if (wait >= deadline - timers.now() || !spend()) co_return std::move(made.result);
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
