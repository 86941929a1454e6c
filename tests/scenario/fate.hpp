// Ends a life of the process at a chosen step of its work: whoever reaches it never goes on, and
// nobody hears of it. What other coroutines do meanwhile is what other threads would have done.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "async/executor.hpp"
#include "async/task.hpp"

namespace gochat::scenario {

enum class Step : std::uint8_t {
  before_append,   // a batch is judged, nothing is stored
  after_append,    // it is stored, nobody knows
  before_publish,  // a push or receipt is next
  after_publish,   // it is on its way
  before_commit,   // all is done, the offset stands still
};
inline constexpr int step_count = 5;

class Fate {
 public:
  void end_at(Step step, int nth = 1) {
    step_ = step;
    passes_left_ = nth;
  }
  void spare() { passes_left_ = 0; }
  bool ended() const { return ended_; }

  Task<> pass(Step step) {
    if (!ended_ && step == step_ && passes_left_ > 0 && --passes_left_ == 0) ended_ = true;
    if (!ended_) co_return;
    co_await await_callback<bool>([this](auto done) { stuck_.emplace_back(std::move(done)); });
  }

 private:
  Step step_ = Step::before_append;
  int passes_left_ = 0;
  bool ended_ = false;
  std::vector<std::move_only_function<void(bool)>> stuck_;
};

}  // namespace gochat::scenario
