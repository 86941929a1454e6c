// A write that is one function: how the stores of people, sessions and keys ask the commit thread.
#pragma once

#include <optional>
#include <utility>

#include "adapters/sqlite/commit_queue.hpp"
#include "async/executor.hpp"
#include "async/task.hpp"

namespace gochat::sqlite {

// Whether it says that a statement failed, and not that a request was refused.
inline bool is_failure(const Error& error) {
  return error.code == ErrorCode::internal || is_environment(error);
}

// `work` is Result<T>(Batch&) and may run again after a rollback. A refusal must come before its
// first change: what it has written by then would stay.
template <class T, class Work, class Done>
class PlainWrite final : public Write {
 public:
  PlainWrite(Work work, Done done) : work_{std::move(work)}, done_{std::move(done)} {}

  Result<void> apply(Batch& batch, std::size_t, std::size_t) override {
    answer_.emplace(work_(batch));
    if (!*answer_ && is_failure(answer_->error())) return answer_->error();
    return {};
  }
  void fail(std::size_t, Error error) override { answer_.emplace(std::move(error)); }
  void settle(const Result<void>& committed) override {
    done_(committed ? std::move(*answer_) : Result<T>{committed.error()});
  }
  // Names, a hash, a stored answer at most: the queue counts them alike.
  std::size_t bytes() const override { return 1024; }

 private:
  Work work_;
  Done done_;
  std::optional<Result<T>> answer_;
};

template <class T, class Work>
Task<Result<T>> write(CommitQueue& queue, Work work) {
  co_return co_await await_callback<Result<T>>([&queue, work = std::move(work)](auto done) mutable {
    queue.push(
        std::make_unique<PlainWrite<T, Work, decltype(done)>>(std::move(work), std::move(done)));
  });
}

}  // namespace gochat::sqlite
