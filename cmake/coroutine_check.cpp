// Counts constructions and destructions of temporaries inside co_await expressions. Exit code 0:
// the compiler is sound; otherwise temporaries are destroyed twice or not at all.
#include <coroutine>
#include <string>
#include <utility>

namespace {

int alive = 0;

struct Counted {
  Counted() { ++alive; }
  Counted(const Counted&) { ++alive; }
  Counted(Counted&&) noexcept { ++alive; }
  Counted& operator=(const Counted&) = default;
  Counted& operator=(Counted&&) noexcept = default;
  ~Counted() { --alive; }
};

struct Aggregate {
  int number;
  Counted counted;
  std::string text;
};

struct Job {
  struct promise_type {
    Job get_return_object() {
      return Job{std::coroutine_handle<promise_type>::from_promise(*this)};
    }
    std::suspend_never initial_suspend() { return {}; }
    std::suspend_always final_suspend() noexcept { return {}; }
    void return_void() {}
    void unhandled_exception() {}
  };
  std::coroutine_handle<promise_type> handle;
};

struct Later {
  bool await_ready() { return false; }
  void await_suspend(std::coroutine_handle<> h) { waiting = h; }
  int await_resume() { return 1; }
  static inline std::coroutine_handle<> waiting;
};

Later take(Aggregate) { return {}; }
template <class F>
Later call(F&& f) {
  f();
  return {};
}

Job aggregate_temporary() {
  co_await take(Aggregate{1, {}, "a text that is too long for the small buffer"});
}
Job capturing_lambda() {
  Counted c;
  co_await call([c] { (void)c; });
}
Job conditional(bool yes) {
  int n = yes ? co_await take({2, {}, "another text that is too long for the small buffer"}) : 0;
  (void)n;
}
Job aggregate_initialisation() {
  Aggregate a{
      co_await take({3, {}, "a third text that is too long for the small buffer"}), {}, "x"};
  (void)a;
}

bool sound(Job job) {
  while (!job.handle.done()) Later::waiting.resume();
  job.handle.destroy();
  return alive == 0;
}

}  // namespace

int main() {
  if (!sound(aggregate_temporary())) return 1;
  if (!sound(capturing_lambda())) return 2;
  if (!sound(conditional(true))) return 3;
  if (!sound(aggregate_initialisation())) return 4;
}
