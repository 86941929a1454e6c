#include "async/timer.hpp"

#include <algorithm>
#include <boost/asio/associated_cancellation_slot.hpp>
#include <boost/asio/associated_executor.hpp>
#include <boost/asio/async_result.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <tuple>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/trace_context.hpp"

namespace gochat {

struct Timer::Entry {
  MonoTime when;
  std::uint64_t order;
  std::move_only_function<void()> call;
  Timers::Queue* queue;

  bool pending() const { return static_cast<bool>(call); }
  void cancel();
};

struct Timers::Queue {
  using EntryPtr = std::shared_ptr<Timer::Entry>;

  // Most deadlines are cancelled long before they come; their entries may fill at most half of the
  // heap.
  static constexpr std::size_t cancelled_kept_max = 64;

  std::vector<EntryPtr> heap;
  std::uint64_t next_order = 0;
  std::size_t cancelled = 0;
  bool running = false;

  static bool later(const EntryPtr& a, const EntryPtr& b) {
    return std::tie(a->when, a->order) > std::tie(b->when, b->order);
  }

  ~Queue() {
    // Destroying a call may destroy what owns other timers, which then cancel: they must not find
    // this queue.
    auto entries = std::move(heap);
    for (const EntryPtr& entry : entries) entry->queue = nullptr;
    for (const EntryPtr& entry : entries) entry->call = nullptr;
  }

  EntryPtr push(MonoTime when, std::move_only_function<void()> call) {
    auto entry = std::make_shared<Timer::Entry>(when, next_order++, std::move(call), this);
    heap.push_back(entry);
    std::push_heap(heap.begin(), heap.end(), later);
    return entry;
  }

  EntryPtr pop() {
    std::pop_heap(heap.begin(), heap.end(), later);
    EntryPtr entry = std::move(heap.back());
    heap.pop_back();
    entry->queue = nullptr;
    return entry;
  }

  void drop_cancelled_front() {
    while (!heap.empty() && !heap.front()->pending()) {
      pop();
      --cancelled;
    }
  }

  void one_cancelled() {
    ++cancelled;
    if (cancelled <= cancelled_kept_max || cancelled * 2 <= heap.size()) return;
    std::erase_if(heap, [](const EntryPtr& entry) { return !entry->pending(); });
    std::make_heap(heap.begin(), heap.end(), later);
    cancelled = 0;
  }
};

void Timer::Entry::cancel() {
  if (!pending()) return;
  const auto dropped = std::exchange(call, nullptr);
  if (queue != nullptr) queue->one_cancelled();
}

Timer::Timer(Timer&& other) noexcept : entry_{std::move(other.entry_)} {}

Timer& Timer::operator=(Timer&& other) noexcept {
  if (this != &other) {
    cancel();
    entry_ = std::move(other.entry_);
  }
  return *this;
}

void Timer::cancel() {
  if (const auto entry = std::exchange(entry_, nullptr)) entry->cancel();
}

bool Timer::pending() const { return entry_ && entry_->pending(); }

Timers::Timers() : queue_{std::make_unique<Queue>()} {}
Timers::~Timers() = default;

Timer Timers::at(MonoTime when, std::move_only_function<void()> call) {
  GOCHAT_ASSERT(call);
  auto entry = queue_->push(when, std::move(call));
  if (queue_->heap.front() == entry && !queue_->running) next_is(when);
  return Timer{std::move(entry)};
}

Task<> Timers::sleep_until(MonoTime when) {
  auto begin = [this, when](auto handler) {
    auto slot = boost::asio::get_associated_cancellation_slot(handler);
    auto executor = boost::asio::get_associated_executor(handler);
    Timer timer = at(when, [handler = std::move(handler), executor]() mutable {
      boost::asio::dispatch(executor, std::move(handler));
    });
    // The sleeper owns no Timer: its entry alone holds the coroutine, until the time comes or it is
    // cancelled.
    auto entry = std::move(timer.entry_);
    if (!slot.is_connected()) return;
    slot.assign([entry = std::weak_ptr{entry}](boost::asio::cancellation_type) {
      const auto alive = entry.lock();
      if (!alive || !alive->pending()) return;
      auto wake = std::exchange(alive->call, nullptr);
      if (alive->queue != nullptr) alive->queue->one_cancelled();
      wake();
    });
  };
  const trace::Kept kept;
  co_await boost::asio::async_initiate<const boost::asio::use_awaitable_t<>, void()>(
      std::move(begin), boost::asio::use_awaitable);
}

void Timers::run_due(MonoTime now) {
  if (queue_->running) return;
  struct Running {
    Timers& timers;
    explicit Running(Timers& of) : timers{of} { timers.queue_->running = true; }
    // Also when a call throws: the loop's owner may go on after it.
    ~Running() {
      timers.queue_->running = false;
      timers.next_is(timers.earliest());
    }
  } const running{*this};
  // What is asked for during this run waits for the next one, so that a call which asks again for
  // the present cannot hold the loop.
  const auto order_end = queue_->next_order;
  while (earliest() <= now && !queue_->heap.empty() && queue_->heap.front()->order < order_end) {
    const auto entry = queue_->pop();
    auto call = std::exchange(entry->call, nullptr);
    call();
  }
}

MonoTime Timers::earliest() {
  queue_->drop_cancelled_front();
  return queue_->heap.empty() ? MonoTime::max() : queue_->heap.front()->when;
}

struct SteadyTimers::Alarm {
  boost::asio::steady_timer clock;
  // A wait that has ended may stand in the loop's queue when the timers go; it must then find
  // nothing.
  std::shared_ptr<SteadyTimers*> owner;
};

SteadyTimers::SteadyTimers(boost::asio::io_context& loop)
    : alarm_{std::make_unique<Alarm>(boost::asio::steady_timer{loop},
                                     std::make_shared<SteadyTimers*>(this))} {}

SteadyTimers::~SteadyTimers() = default;

MonoTime SteadyTimers::now() const {
  return MonoTime{std::chrono::steady_clock::now().time_since_epoch()};
}

void SteadyTimers::next_is(MonoTime when) {
  if (when == MonoTime::max()) {
    alarm_->clock.cancel();
    return;
  }
  alarm_->clock.expires_at(std::chrono::steady_clock::time_point{when.time_since_epoch()});
  alarm_->clock.async_wait([owner = std::weak_ptr{alarm_->owner}](boost::system::error_code error) {
    const auto alive = owner.lock();
    if (error || !alive) return;
    (*alive)->run_due((*alive)->now());
  });
}

void ManualTimers::advance(Duration by) {
  const MonoTime until = now_ + by;
  for (MonoTime next = earliest(); next <= until; next = earliest()) {
    now_ = std::max(now_, next);
    run_due(now_);
  }
  now_ = until;
}

bool ManualTimers::advance_to_next() {
  const MonoTime next = earliest();
  if (next == MonoTime::max()) return false;
  now_ = std::max(now_, next);
  run_due(now_);
  return true;
}

}  // namespace gochat
