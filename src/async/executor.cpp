#include "async/executor.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <deque>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "base/assert.hpp"
#include "base/mutex.hpp"
#include "base/thread_name.hpp"

namespace gochat {
namespace {

void become(const std::string& name, int nice) {
  name_this_thread(name);
  // Linux keeps the nice value per thread. Only a lower one needs a right; without it work goes on
  // as it is.
  if (nice != 0) setpriority(PRIO_PROCESS, static_cast<id_t>(gettid()), nice);
}

}  // namespace

struct ThreadPool::State {
  const std::size_t queue_max;
  Mutex mutex;
  Condition wake;
  std::deque<std::move_only_function<void()>> queue GOCHAT_GUARDED_BY(mutex);
  bool stopping GOCHAT_GUARDED_BY(mutex) = false;
  PoolFigures figures GOCHAT_GUARDED_BY(mutex);  // but for what waits: the queue knows
  std::vector<std::thread> threads;

  explicit State(std::size_t max) : queue_max{max} {}

  // Empty when the pool stops and nothing is left to do.
  std::move_only_function<void()> next() {
    MutexLock lock{mutex};
    while (queue.empty() && !stopping) wake.wait(mutex);
    if (queue.empty()) return {};
    auto job = std::move(queue.front());
    queue.pop_front();
    ++figures.running;
    return job;
  }

  void work() {
    while (auto job = next()) {
      job();
      job = {};  // what it holds is let go of before it counts as done
      MutexLock lock{mutex};
      --figures.running;
      ++figures.done;
    }
  }
};

ThreadPool::ThreadPool(std::size_t threads, std::size_t queue_max, const char* name, int nice)
    : state_{std::make_unique<State>(queue_max)} {
  GOCHAT_ASSERT(threads > 0 && queue_max > 0);
  for (std::size_t n = 0; n < threads; ++n) {
    std::string own_name = threads == 1 ? std::string{name} : name + ("-" + std::to_string(n));
    state_->threads.emplace_back([state = state_.get(), own_name = std::move(own_name), nice] {
      become(own_name, nice);
      state->work();
    });
  }
}

ThreadPool::~ThreadPool() {
  {
    MutexLock lock{state_->mutex};
    state_->stopping = true;
  }
  state_->wake.notify_all();
  for (std::thread& thread : state_->threads) thread.join();
}

bool ThreadPool::post(std::move_only_function<void()> job) {
  GOCHAT_ASSERT(job);
  {
    MutexLock lock{state_->mutex};
    if (state_->stopping || state_->queue.size() >= state_->queue_max) {
      ++state_->figures.refused;
      return false;
    }
    state_->queue.push_back(std::move(job));
  }
  state_->wake.notify_one();
  return true;
}

PoolFigures ThreadPool::figures() const {
  MutexLock lock{state_->mutex};
  PoolFigures now = state_->figures;
  now.waiting = state_->queue.size();
  return now;
}

}  // namespace gochat
