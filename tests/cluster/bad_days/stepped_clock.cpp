// A wall clock that a test steps while the server runs; preloaded into it. By how many seconds is
// the number in the file $GOCHAT_STEPPED_CLOCK, which the test writes. The monotonic clock goes on.
//
// The kernel knows nothing of it: what waits for a moment of the wall clock is told the kernel's.
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
#include <cstdint>
#include <cstdlib>

namespace {

using Offset = std::atomic<std::int64_t>;
static_assert(sizeof(Offset) == sizeof(std::int64_t) && Offset::is_always_lock_free);

// Before it is open, clocks are asked by others that are loaded.
const Offset* offset = nullptr;

__attribute__((constructor)) void open_offset() {
  const char* path = std::getenv("GOCHAT_STEPPED_CLOCK");
  const int fd = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void* shared = mmap(nullptr, sizeof(Offset), PROT_READ, MAP_SHARED, fd, 0);
  if (shared != MAP_FAILED) offset = static_cast<const Offset*>(shared);
  close(fd);
}

std::int64_t stepped_by() { return offset ? offset->load(std::memory_order_relaxed) : 0; }

bool is_wall(clockid_t clock) { return clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE; }

timespec kernels(const timespec& moment) { return {moment.tv_sec - stepped_by(), moment.tv_nsec}; }

// Of a condition it is not known by which clock it waits; since its start no machine counts so far.
constexpr time_t monotonic_max = 1'000'000'000;

}  // namespace

// NOLINTBEGIN(readability-identifier-naming)
extern "C" {

int clock_gettime(clockid_t clock, timespec* now) noexcept {
  const long status = syscall(SYS_clock_gettime, clock, now);
  if (status == 0 && is_wall(clock)) now->tv_sec += stepped_by();
  return static_cast<int>(status);
}

int gettimeofday(timeval* __restrict now, void* __restrict) noexcept {
  timespec at{};
  clock_gettime(CLOCK_REALTIME, &at);
  *now = {at.tv_sec, at.tv_nsec / 1000};
  return 0;
}

time_t time(time_t* now) noexcept {
  timespec at{};
  clock_gettime(CLOCK_REALTIME, &at);
  if (now) *now = at.tv_sec;
  return at.tv_sec;
}

int pthread_cond_timedwait(pthread_cond_t* condition, pthread_mutex_t* mutex,
                           const timespec* until) {
  using Wait = int(pthread_cond_t*, pthread_mutex_t*, const timespec*);
  static auto* const wait = reinterpret_cast<Wait*>(dlsym(RTLD_NEXT, "pthread_cond_timedwait"));
  const timespec moment = until->tv_sec > monotonic_max ? kernels(*until) : *until;
  return wait(condition, mutex, &moment);
}

int pthread_cond_clockwait(pthread_cond_t* condition, pthread_mutex_t* mutex, clockid_t clock,
                           const timespec* until) {
  using Wait = int(pthread_cond_t*, pthread_mutex_t*, clockid_t, const timespec*);
  static auto* const wait = reinterpret_cast<Wait*>(dlsym(RTLD_NEXT, "pthread_cond_clockwait"));
  const timespec moment = is_wall(clock) ? kernels(*until) : *until;
  return wait(condition, mutex, clock, &moment);
}
}
// NOLINTEND(readability-identifier-naming)
