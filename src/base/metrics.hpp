// Counts that an operator can watch, in the text format of Prometheus.
//
// A room owns its counts as plain members and counts without knowing who looks; `app` gives each of
// them its name in one Registry. So the hot path is one relaxed addition, a room is tested without
// a registry, and all names stand in one place.
#pragma once

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <initializer_list>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/mutex.hpp"

namespace gochat::metrics {

// Only rises. From any thread.
class Counter {
 public:
  void add(std::uint64_t n = 1) { value_.fetch_add(n, std::memory_order_relaxed); }
  std::uint64_t value() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

// How many observations were at or below each bound. From any thread.
class Histogram {
 public:
  enum class Unit : std::uint8_t { seconds, one };  // seconds are observed as nanoseconds
  static constexpr std::size_t bounds_max = 20;

  // `bounds` ascend, in what is observed, and outlive the histogram.
  Histogram(Unit unit, std::span<const std::uint64_t> bounds);

  void observe(std::uint64_t value);
  template <class Rep, class Period>
  void observe(std::chrono::duration<Rep, Period> time) {
    const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(time).count();
    observe(ns < 0 ? 0 : static_cast<std::uint64_t>(ns));
  }

  Unit unit() const { return unit_; }
  std::span<const std::uint64_t> bounds() const { return bounds_; }
  // Not cumulative; the last one is what lies above all bounds.
  std::uint64_t bucket(std::size_t n) const { return buckets_[n].load(std::memory_order_relaxed); }
  std::uint64_t sum() const { return sum_.load(std::memory_order_relaxed); }

 private:
  Unit unit_;
  std::span<const std::uint64_t> bounds_;
  std::array<std::atomic<std::uint64_t>, bounds_max + 1> buckets_{};
  std::atomic<std::uint64_t> sum_{0};
};

// 100 us to 10 s, for whatever a person may wait for.
inline constexpr std::array<std::uint64_t, 15> wait_bounds{
    100'000,     250'000,     500'000,       1'000'000,     2'500'000,
    5'000'000,   10'000'000,  25'000'000,    50'000'000,    100'000'000,
    250'000'000, 500'000'000, 1'000'000'000, 2'500'000'000, 10'000'000'000};
inline constexpr std::array<std::uint64_t, 13> size_bounds{
    1, 2, 5, 10, 20, 50, 100, 200, 500, 1'000, 2'000, 5'000, 10'000};

class WaitHistogram : public Histogram {
 public:
  WaitHistogram() : Histogram{Unit::seconds, wait_bounds} {}
};
class SizeHistogram : public Histogram {
 public:
  SizeHistogram() : Histogram{Unit::one, size_bounds} {}
};

// One cell for each combination of label values that has occurred. The values come from closed
// sets, such as codes and routes, never from what a client sent; should one forget it, what is
// above the limit is counted together as "other".
template <class Cell>
class Family {
 public:
  static constexpr std::size_t cells_max = 1'024;
  using Values = std::vector<std::string>;

  explicit Family(std::initializer_list<std::string_view> labels)
      : labels_{labels.begin(), labels.end()} {}

  Cell& at(std::initializer_list<std::string_view> values) {
    Values wanted{values.begin(), values.end()};
    MutexLock lock{mutex_};
    auto known = cells_.find(wanted);
    if (known == cells_.end()) {
      if (cells_.size() >= cells_max) wanted.assign(labels_.size(), "other");
      known = cells_.try_emplace(std::move(wanted)).first;
    }
    return known->second;
  }

  const std::vector<std::string>& labels() const { return labels_; }
  template <class Visit>
  void each(Visit visit) const {
    MutexLock lock{mutex_};
    for (const auto& [values, cell] : cells_) visit(values, cell);
  }

 private:
  const std::vector<std::string> labels_;
  mutable Mutex mutex_;
  std::map<Values, Cell> cells_ GOCHAT_GUARDED_BY(mutex_);
};

using Labels = std::vector<std::pair<std::string, std::string>>;

// What a metric is called and what its help says. The name without labels is one family: given
// again, it adds a series, and the help must be the same.
struct Name {
  std::string_view name;
  std::string_view help;
  Labels labels{};
};

// Gives names to counts that live elsewhere and outlive it. Everything is called on one thread; so
// are the functions, when text() asks them.
class Registry {
 public:
  Registry() = default;
  Registry(const Registry&) = delete;
  Registry& operator=(const Registry&) = delete;

  void counter(Name name, const Counter& counter);
  void counter(Name name, std::function<double()> read);
  void counter(Name name, const Family<Counter>& family);
  void gauge(Name name, std::function<double()> read);
  void histogram(Name name, const Histogram& histogram);
  void histogram(Name name, const Family<WaitHistogram>& family);

  // The exposition format 0.0.4: families in the order in which they were named.
  std::string text() const;

 private:
  using Series = std::function<void(std::string& out, std::string_view name)>;
  struct Metric {
    std::string name;
    std::string help;
    std::string_view type;
    std::vector<Series> series;
  };
  void add(const Name& name, std::string_view type, Series series);

  std::vector<Metric> metrics_;
};

}  // namespace gochat::metrics
