// std::mutex with the annotations that -Wthread-safety needs; libstdc++'s own carries none.
#pragma once

#include <condition_variable>
#include <mutex>

#define GOCHAT_CAPABILITY(x) __attribute__((capability(x)))
#define GOCHAT_GUARDED_BY(x) __attribute__((guarded_by(x)))
#define GOCHAT_REQUIRES(...) __attribute__((requires_capability(__VA_ARGS__)))
#define GOCHAT_ACQUIRE(...) __attribute__((acquire_capability(__VA_ARGS__)))
#define GOCHAT_RELEASE(...) __attribute__((release_capability(__VA_ARGS__)))
#define GOCHAT_SCOPED_CAPABILITY __attribute__((scoped_lockable))
#define GOCHAT_NO_THREAD_SAFETY __attribute__((no_thread_safety_analysis))

namespace gochat {

class GOCHAT_CAPABILITY("mutex") Mutex {
 public:
  void lock() GOCHAT_ACQUIRE() { mutex_.lock(); }
  void unlock() GOCHAT_RELEASE() { mutex_.unlock(); }

 private:
  std::mutex mutex_;
};

class GOCHAT_SCOPED_CAPABILITY MutexLock {
 public:
  explicit MutexLock(Mutex& mutex) GOCHAT_ACQUIRE(mutex) : mutex_{mutex} { mutex_.lock(); }
  ~MutexLock() GOCHAT_RELEASE() { mutex_.unlock(); }
  MutexLock(const MutexLock&) = delete;
  MutexLock& operator=(const MutexLock&) = delete;

 private:
  Mutex& mutex_;
};

// Waits with the Mutex held by the caller, as std::condition_variable does.
class Condition {
 public:
  void wait(Mutex& mutex) GOCHAT_REQUIRES(mutex) { condition_.wait(mutex); }
  template <class Duration>
  std::cv_status wait_for(Mutex& mutex, Duration duration) GOCHAT_REQUIRES(mutex) {
    return condition_.wait_for(mutex, duration);
  }
  void notify_one() { condition_.notify_one(); }
  void notify_all() { condition_.notify_all(); }

 private:
  std::condition_variable_any condition_;
};

}  // namespace gochat
