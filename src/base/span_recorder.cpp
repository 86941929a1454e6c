#include "base/span_recorder.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <utility>

namespace gochat::trace {
namespace {

constinit std::atomic<Recorder*> in_use{nullptr};

// Of SplitMix64: consecutive states become numbers without a visible order.
constexpr std::uint64_t step = 0x9e3779b97f4a7c15;
std::uint64_t mixed(std::uint64_t z) {
  z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
  z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
  return z ^ (z >> 31);
}

}  // namespace

Recorder::Recorder(RecorderOptions options) : options_{std::move(options)}, state_{options_.seed} {
  set_ratio(options_.ratio);
}

Recorder::~Recorder() {
  Recorder* self = this;
  in_use.compare_exchange_strong(self, nullptr);
}

// Of 2^63, so that 1 has a number too.
void Recorder::set_ratio(double ratio) {
  const double part = std::ldexp(std::clamp(ratio, 0.0, 1.0), 63);
  threshold_.store(static_cast<std::uint64_t>(part), std::memory_order_relaxed);
}

// The lower half is what the trace's maker drew at random.
bool Recorder::samples(TraceId id) const {
  return id.low() >> 1 < threshold_.load(std::memory_order_relaxed);
}

std::uint64_t Recorder::next_span() {
  const std::uint64_t number = mixed(state_.fetch_add(step, std::memory_order_relaxed) + step);
  return number == 0 ? 1 : number;
}

void Recorder::add(SpanRecord record) {
  record.end_ns = std::max(record.start_ns, options_.now_ns());
  const MutexLock lock{mutex_};
  if (ended_.size() >= options_.spans_max) {
    counts_.dropped.add();
    return;
  }
  ended_.push_back(std::move(record));
  counts_.recorded.add();
}

std::vector<SpanRecord> Recorder::take(std::size_t count_max) {
  const MutexLock lock{mutex_};
  const auto count = static_cast<std::ptrdiff_t>(std::min(count_max, ended_.size()));
  std::vector<SpanRecord> taken{std::make_move_iterator(ended_.begin()),
                                std::make_move_iterator(ended_.begin() + count)};
  ended_.erase(ended_.begin(), ended_.begin() + count);
  return taken;
}

std::size_t Recorder::waiting() const {
  const MutexLock lock{mutex_};
  return ended_.size();
}

void record_with(Recorder* recorder) { in_use.store(recorder); }
Recorder* recorder() { return in_use.load(std::memory_order_acquire); }

}  // namespace gochat::trace
