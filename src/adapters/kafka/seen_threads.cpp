// In a build under ThreadSanitizer alone: the threads and locks of C11, which librdkafka uses, as
// those of POSIX, which the sanitizer knows. It crashes in a thread that it did not see begin, and
// takes what a lock that it does not see protects for a race.
#if defined(__has_feature)
#if __has_feature(thread_sanitizer)
#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <memory>
#include <utility>

namespace {

static_assert(sizeof(mtx_t) >= sizeof(pthread_mutex_t) && sizeof(cnd_t) >= sizeof(pthread_cond_t));

pthread_mutex_t* posix(mtx_t* lock) { return reinterpret_cast<pthread_mutex_t*>(lock); }
pthread_cond_t* posix(cnd_t* condition) { return reinterpret_cast<pthread_cond_t*>(condition); }

int outcome(int error) {
  if (error == 0) return thrd_success;
  if (error == ETIMEDOUT) return thrd_timedout;
  return error == EBUSY ? thrd_busy : thrd_error;
}

using Call = std::pair<thrd_start_t, void*>;

void* run(void* call) {
  const std::unique_ptr<Call> mine{static_cast<Call*>(call)};
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(mine->first(mine->second)));
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t start, void* argument) {
  auto call = std::make_unique<Call>(start, argument);
  const int error = pthread_create(thread, nullptr, run, call.get());
  if (error == 0) (void)call.release();
  return outcome(error);
}
int thrd_join(thrd_t thread, int* result) {
  void* returned = nullptr;
  const int error = pthread_join(thread, &returned);
  if (result) *result = static_cast<int>(reinterpret_cast<std::intptr_t>(returned));
  return outcome(error);
}
int thrd_detach(thrd_t thread) { return outcome(pthread_detach(thread)); }

int mtx_init(mtx_t* lock, int kind) {
  pthread_mutexattr_t how;
  pthread_mutexattr_init(&how);
  if ((kind & mtx_recursive) != 0) pthread_mutexattr_settype(&how, PTHREAD_MUTEX_RECURSIVE);
  return outcome(pthread_mutex_init(posix(lock), &how));
}
void mtx_destroy(mtx_t* lock) { pthread_mutex_destroy(posix(lock)); }
int mtx_lock(mtx_t* lock) { return outcome(pthread_mutex_lock(posix(lock))); }
int mtx_trylock(mtx_t* lock) { return outcome(pthread_mutex_trylock(posix(lock))); }
int mtx_unlock(mtx_t* lock) { return outcome(pthread_mutex_unlock(posix(lock))); }

int cnd_init(cnd_t* condition) { return outcome(pthread_cond_init(posix(condition), nullptr)); }
void cnd_destroy(cnd_t* condition) { pthread_cond_destroy(posix(condition)); }
int cnd_signal(cnd_t* condition) { return outcome(pthread_cond_signal(posix(condition))); }
int cnd_broadcast(cnd_t* condition) { return outcome(pthread_cond_broadcast(posix(condition))); }
int cnd_wait(cnd_t* condition, mtx_t* lock) {
  return outcome(pthread_cond_wait(posix(condition), posix(lock)));
}
int cnd_timedwait(cnd_t* condition, mtx_t* lock, const timespec* until) {
  return outcome(pthread_cond_timedwait(posix(condition), posix(lock), until));
}

// What librdkafka counts references to is freed by whoever is last. Its counters are not compiled
// for the sanitizer, so it sees the free and not the order.
const char* __tsan_default_suppressions();
const char* __tsan_default_suppressions() {
  return "race:^rd_buf_destroy$\n"
         "race:^rwlock_destroy$\n"
         "race:^rd_kafka_[a-z_]*destroy_final$\n";
}

}  // extern "C"
#endif
#endif
