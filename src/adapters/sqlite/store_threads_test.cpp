// Readers beside the writer, on threads: what was answered is seen, in order and without a gap.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <array>
#include <atomic>
#include <latch>
#include <thread>

#include "adapters/sqlite/store_fixture.hpp"
#include "async/gate.hpp"

namespace gochat::sqlite {
namespace {

constexpr UserId ann{1};
constexpr UserId bob{2};
constexpr int rounds = 300;
constexpr std::size_t rows_per_round = 7;

class StoreThreadsTest : public ::testing::Test {
 protected:
  StoreThreadsTest() {
    StoreOptions options;
    options.path = directory_.path() / "gochat.db";
    options.vfs = vfs_.name();
    options.limits = tiny_limits();
    options.limits.gather_max = std::chrono::microseconds{50};
    options.limits.queue_age_max = std::chrono::hours{1};
    auto opened = Store::open(options, {writer_, readers_, sorter_, clock_, random_,
                                        [this] { return MonoTime{now_.load()}; }});
    GOCHAT_ASSERT(opened.ok());
    store_ = std::move(*opened);
    auto made = append(loops_[0], Change{chat_, change::OpenSingle{ann, bob}, test_time});
    GOCHAT_ASSERT(made.ok());
  }

  Result<std::vector<LogAnswer>> append(boost::asio::io_context& loop, LogItem item) {
    LogBatch batch;
    batch.items.push_back(std::move(item));
    return drive(loop, store_->log().append(std::move(batch), MonoTime::max()));
  }

  void write() {
    boost::asio::io_context& loop = loops_[0];
    std::vector<MessageId> ids;
    for (int round = 0; round < rounds; ++round) {
      LogBatch batch;
      for (std::size_t n = 0; n < rows_per_round; ++n) {
        const auto number = std::to_string(ids.size() + n);
        batch.items.emplace_back(draft_of(chat_, ann, "c" + number, number));
      }
      const auto answers = drive(loop, store_->log().append(std::move(batch), MonoTime::max()));
      ASSERT_TRUE(answers.ok());
      for (const LogAnswer& answer : *answers) ids.push_back(std::get<Stored>(answer).id);
      stored_ = ids.size();
      if (round % 10 == 0) {
        ASSERT_TRUE(append(loop, Change{chat_, change::Recall{ann, ids.back()}, test_time}).ok());
        ASSERT_TRUE(append(loop, Change{chat_, change::AdvanceRead{bob, {}}, test_time}).ok());
      }
    }
    done_ = true;
  }

  // Every page is whole, at least as new as what was answered before it was asked for, and never
  // older than one before.
  void read(std::uint64_t seed) {
    boost::asio::io_context& loop = loops_.at(seed);
    std::mt19937_64 numbers{seed};
    std::uint64_t last_seen = 0;
    EventNo last_event;
    bool last_round = false;
    while (!last_round) {
      last_round = done_;
      const std::uint64_t stored = stored_;
      PageQuery query;
      query.conversation = chat_;
      query.limit = 1 + numbers() % 60;
      if (numbers() % 2 == 0 && stored != 0) query.after = Seq{numbers() % stored};
      const auto page = drive(loop, store_->messages().page(query));
      ASSERT_TRUE(page.ok()) << page.error().detail;
      ASSERT_TRUE(page->voids.empty());
      ASSERT_GE(page->last_seq.number(), std::max(stored, last_seen));
      ASSERT_GE(page->last_event_no, last_event);
      last_seen = page->last_seq.number();
      last_event = page->last_event_no;
      for (std::size_t n = 0; n < page->messages.size(); ++n) {
        const Message& message = page->messages[n];
        ASSERT_EQ(message.seq.number(), page->from_seq.number() + n);
        if (!message.recalled) ASSERT_EQ(message.content, std::to_string(message.seq.number() - 1));
      }
      check_list(loop, stored);
    }
  }

  void check_list(boost::asio::io_context& loop, std::uint64_t stored) {
    const auto list = drive(loop, store_->conversations().list_for(bob));
    ASSERT_TRUE(list.ok()) << list.error().detail;
    ASSERT_EQ(list->size(), 1U);
    ASSERT_GE(list->front().head.last_seq.number(), stored);
    const auto known = drive(loop, store_->messages().find_sent(ann, "c0"));
    ASSERT_TRUE(known.ok());
    if (stored != 0) ASSERT_TRUE(known->has_value());
  }

  const ConversationId chat_ = single_id(ann, bob);
  TemporaryDirectory directory_;
  ChecksumVfs vfs_;
  FixedClock clock_;
  SeededBytes random_;
  // One for each thread of the tests. They outlive the pools: a pool's thread may still be on its
  // way out of posting an answer when the loop has already been told.
  std::array<boost::asio::io_context, 3> loops_;
  ThreadPool writer_{1, 16, "writer"};
  ThreadPool readers_{2, 100, "reader"};
  ThreadPool sorter_{1, 16, "sorter"};
  std::atomic<Duration> now_{std::chrono::hours{1}};
  std::atomic<std::uint64_t> stored_ = 0;
  std::atomic<bool> done_ = false;
  std::unique_ptr<Store> store_;
};

TEST_F(StoreThreadsTest, readers_meet_one_growing_history) {
  std::thread writer{[this] { write(); }};
  std::thread first{[this] { read(1); }};
  std::thread second{[this] { read(2); }};
  writer.join();
  first.join();
  second.join();
}

TEST_F(StoreThreadsTest, does_not_store_what_its_deadline_overtook_in_the_queue) {
  boost::asio::io_context& loop = loops_[1];
  Gate gate{loop.get_executor()};
  std::latch disk_stalls{1};
  ASSERT_TRUE(writer_.post([&disk_stalls] { disk_stalls.wait(); }));
  std::optional<ErrorCode> answered;
  const auto send = [](ConversationLog* log, MessageDraft draft, Deadline deadline,
                       std::optional<ErrorCode>* to) -> Task<> {
    LogBatch batch;
    batch.items.emplace_back(std::move(draft));
    *to = (co_await log->append(std::move(batch), deadline)).code();
  };
  const MonoTime deadline = MonoTime{now_.load()} + std::chrono::seconds{5};
  gate.spawn(send(&store_->log(), draft_of(chat_, ann, "late", "late"), deadline, &answered));
  loop.poll();
  ASSERT_FALSE(answered) << "it waits for the writer";
  now_ = now_.load() + std::chrono::seconds{6};
  disk_stalls.count_down();
  loop.run();
  EXPECT_EQ(answered, ErrorCode::timeout);
  EXPECT_FALSE(drive(loop, store_->messages().find_sent(ann, "late"))->has_value());
  const auto again = append(loop, draft_of(chat_, ann, "late", "late"));
  ASSERT_TRUE(again.ok());
  EXPECT_FALSE(std::get<Stored>(again->front()).duplicate);
}

}  // namespace
}  // namespace gochat::sqlite
