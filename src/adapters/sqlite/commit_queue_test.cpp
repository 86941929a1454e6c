#include "adapters/sqlite/commit_queue.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <latch>
#include <optional>

namespace gochat::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using namespace std::chrono_literals;

// Keeps jobs until the test runs them.
class KeptJobs final : public Executor {
 public:
  bool post(std::move_only_function<void()> job) override {
    jobs_.push_back(std::move(job));
    return true;
  }
  std::size_t count() const { return jobs_.size(); }
  void run_all() {
    while (!jobs_.empty()) {
      auto job = std::move(jobs_.front());
      jobs_.pop_front();
      job();
    }
  }

 private:
  std::deque<std::move_only_function<void()>> jobs_;
};

using Outcomes = std::vector<std::pair<int, ErrorCode>>;

class NumberedWrite final : public Write {
 public:
  NumberedWrite(int number, std::size_t bytes, Deadline deadline, Outcomes& outcomes)
      : number_{number}, bytes_{bytes}, deadline_{deadline}, outcomes_{outcomes} {}
  Result<void> apply(Batch&, std::size_t, std::size_t) override { return {}; }
  void fail(std::size_t, Error) override {}
  void settle(const Result<void>& committed) override {
    outcomes_.emplace_back(number_, committed.code());
  }
  std::size_t bytes() const override { return bytes_; }
  Deadline deadline() const override { return deadline_; }

 private:
  int number_;
  std::size_t bytes_;
  Deadline deadline_;
  Outcomes& outcomes_;
};

class CommitQueueTest : public ::testing::Test {
 protected:
  CommitQueue make(CommitQueue::Limits wanted) {
    return CommitQueue{jobs_, wanted, [this] { return now_; },
                       [this](Writes writes) {
                         batches_.push_back(writes.size());
                         for (const auto& write : writes) write->settle({});
                       }};
  }
  std::unique_ptr<Write> write(int number, std::size_t bytes = 10) {
    return std::make_unique<NumberedWrite>(number, bytes, Deadline::max(), outcomes_);
  }
  std::unique_ptr<Write> write_by(int number, Duration left) {
    return std::make_unique<NumberedWrite>(number, 10, now_ + left, outcomes_);
  }

  static constexpr CommitQueue::Limits limits{.bytes_max = 100,
                                              .age_max = 250ms,
                                              .gather_items = 1,
                                              .gather_max = {},
                                              .batch_items_max = 3};
  KeptJobs jobs_;
  MonoTime now_{1h};
  Outcomes outcomes_;
  std::vector<std::size_t> batches_;
};

TEST_F(CommitQueueTest, makes_one_batch_of_what_has_queued) {
  CommitQueue queue = make(limits);
  queue.push(write(1));
  queue.push(write(2));
  EXPECT_EQ(jobs_.count(), 1U);
  EXPECT_THAT(outcomes_, IsEmpty());
  jobs_.run_all();
  EXPECT_THAT(batches_, ElementsAre(2));
  EXPECT_THAT(outcomes_, ElementsAre(std::pair{1, ErrorCode::ok}, std::pair{2, ErrorCode::ok}));
  EXPECT_EQ(queue.figures().bytes, 0U);
  queue.push(write(3));
  jobs_.run_all();
  EXPECT_THAT(batches_, ElementsAre(2, 1));
}

TEST_F(CommitQueueTest, leaves_what_is_too_much_for_one_batch_to_the_next) {
  CommitQueue queue = make(limits);
  for (int n = 1; n <= 5; ++n) queue.push(write(n));
  jobs_.run_all();
  EXPECT_THAT(batches_, ElementsAre(3, 2));
}

TEST_F(CommitQueueTest, refuses_at_once_above_its_bytes) {
  CommitQueue queue = make(limits);
  queue.push(write(1, 60));
  queue.push(write(2, 50));
  EXPECT_THAT(outcomes_, ElementsAre(std::pair{2, ErrorCode::overloaded}));
  queue.push(write(3, 40));
  jobs_.run_all();
  queue.push(write(4, 50));
  jobs_.run_all();
  EXPECT_THAT(outcomes_,
              ElementsAre(std::pair{2, ErrorCode::overloaded}, std::pair{1, ErrorCode::ok},
                          std::pair{3, ErrorCode::ok}, std::pair{4, ErrorCode::ok}));
}

TEST_F(CommitQueueTest, takes_one_write_however_large) {
  CommitQueue queue = make(limits);
  queue.push(write(1, 5'000));
  jobs_.run_all();
  EXPECT_THAT(outcomes_, ElementsAre(std::pair{1, ErrorCode::ok}));
}

TEST_F(CommitQueueTest, refuses_at_once_while_the_oldest_waits_too_long) {
  CommitQueue queue = make(limits);
  queue.push(write(1));
  now_ += 250ms;
  queue.push(write(2));
  EXPECT_THAT(outcomes_, IsEmpty());
  now_ += 1ms;
  queue.push(write(3));
  EXPECT_THAT(outcomes_, ElementsAre(std::pair{3, ErrorCode::overloaded}));
  jobs_.run_all();
  outcomes_.clear();
  queue.push(write(4));
  jobs_.run_all();
  EXPECT_THAT(outcomes_, ElementsAre(std::pair{4, ErrorCode::ok}));
}

TEST_F(CommitQueueTest, tells_what_waits_how_long_and_what_was_refused) {
  CommitQueue queue = make(limits);
  queue.push(write(1, 60));
  now_ += 100ms;
  queue.push(write(2, 20));
  queue.push(write(3, 50));
  const CommitQueue::Figures waiting = queue.figures();
  EXPECT_EQ(waiting.bytes, 80U);
  EXPECT_EQ(waiting.items, 2U);
  EXPECT_EQ(waiting.age, 100ms);
  EXPECT_EQ(waiting.refused, 1U);
  jobs_.run_all();
  const CommitQueue::Figures after = queue.figures();
  EXPECT_EQ(after.bytes, 0U);
  EXPECT_EQ(after.items, 0U);
  EXPECT_EQ(after.age, 0ms);
  EXPECT_EQ(after.refused, 1U);
}

TEST_F(CommitQueueTest, does_not_begin_what_is_too_late) {
  CommitQueue queue = make(limits);
  queue.push(write_by(1, 10ms));
  queue.push(write_by(2, 20ms));
  queue.push(write(3));
  now_ += 15ms;
  jobs_.run_all();
  EXPECT_THAT(batches_, ElementsAre(2));
  EXPECT_THAT(outcomes_, ElementsAre(std::pair{1, ErrorCode::timeout}, std::pair{2, ErrorCode::ok},
                                     std::pair{3, ErrorCode::ok}));
  EXPECT_EQ(queue.figures().bytes, 0U);
}

TEST_F(CommitQueueTest, goes_on_when_a_whole_batch_was_too_late) {
  CommitQueue queue = make(limits);
  for (int n = 1; n <= 3; ++n) queue.push(write_by(n, 10ms));
  queue.push(write(4));
  now_ += 15ms;
  jobs_.run_all();
  EXPECT_THAT(batches_, ElementsAre(1));
  EXPECT_EQ(outcomes_.back(), (std::pair{4, ErrorCode::ok}));
  queue.push(write(5));
  jobs_.run_all();
  EXPECT_EQ(outcomes_.back(), (std::pair{5, ErrorCode::ok}));
}

TEST_F(CommitQueueTest, refuses_after_it_was_closed) {
  CommitQueue queue = make(limits);
  queue.close();
  queue.push(write(1));
  EXPECT_THAT(outcomes_, ElementsAre(std::pair{1, ErrorCode::unavailable}));
  EXPECT_EQ(jobs_.count(), 0U);
}

// The writer sleeps for as long as the clock says, and the clock stands still: only enough items
// end its wait.
TEST_F(CommitQueueTest, gathers_until_it_has_enough) {
  ThreadPool writer{1, 4, "writer"};
  CommitQueue::Limits gathering = limits;
  gathering.gather_items = 3;
  gathering.gather_max = 1h;
  std::latch settled{3};
  std::vector<std::size_t> batches;
  CommitQueue queue{writer, gathering, [] { return MonoTime{1h}; },
                    [&](Writes writes) {
                      batches.push_back(writes.size());
                      settled.count_down(static_cast<std::ptrdiff_t>(writes.size()));
                    }};
  for (int n = 1; n <= 3; ++n) queue.push(write(n));
  settled.wait();
  queue.close();
  EXPECT_THAT(batches, ElementsAre(3));
}

TEST_F(CommitQueueTest, settles_what_it_has_taken_before_it_closes) {
  ThreadPool writer{1, 4, "writer"};
  std::size_t settled = 0;
  CommitQueue::Limits gathering = limits;
  gathering.gather_items = 1'000;
  gathering.gather_max = 1h;
  CommitQueue queue{writer, gathering, [] { return MonoTime{1h}; },
                    [&](Writes writes) { settled += writes.size(); }};
  for (int n = 1; n <= 7; ++n) queue.push(write(n));
  queue.close();
  EXPECT_EQ(settled, 7U);
}

}  // namespace
}  // namespace gochat::sqlite
