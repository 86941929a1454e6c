#include "app/dead_letter_desk.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>

#include "async/drive.hpp"
#include "protocol/message_task.hpp"

namespace gochat::app {
namespace {

constexpr std::string_view topic = "im-task-topic";

struct FixedClock final : Clock {
  WallTime now() const override { return at; }
  WallTime at = wall_time(1'000);
};

// Whatever is published fails again and is laid at the end, as by somebody who is quick.
struct Round final : MessageQueue, DeadLetters {
  explicit Round(Clock& of) : clock{of} {}

  void lay(std::string value) {
    protocol::DeadLetter letter;
    letter.topic = protocol::task_topic_of("push");
    letter.value = std::move(value);
    letter.failed_at = clock.now();
    letters.push_back({letters.size(), protocol::encode(letter), false});
  }

  Task<Result<Durability>> publish(QueueRecord record, Deadline) override {
    if (published++ == away_from) co_return failed(ErrorCode::unavailable, "no broker");
    lay(std::move(record.value));
    co_return Durability::on_disk;
  }
  Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo, LaneHandler&) override {
    co_return failed(ErrorCode::unavailable, "nobody comes");
  }
  Task<Result<void>> ensure_topic(std::string, std::int32_t) override { co_return Result<void>{}; }
  Task<Result<void>> remove_topic(std::string) override { co_return Result<void>{}; }

  Task<Result<std::vector<KeptLetter>>> page(std::string, std::uint64_t from,
                                             std::size_t limit) override {
    std::vector<KeptLetter> found;
    for (std::size_t n = from; n < letters.size() && found.size() < limit; ++n) {
      found.push_back(letters[n]);
    }
    co_return found;
  }
  Task<Result<void>> settle(std::string, std::uint64_t id) override {
    letters[id].settled = true;
    co_return Result<void>{};
  }

  Clock& clock;
  std::vector<KeptLetter> letters;
  std::size_t published = 0;
  std::size_t away_from = std::string::npos;
};

class DeadLetterDeskTest : public ::testing::Test {
 protected:
  void lay(int count) {
    for (int n = 0; n < count; ++n) round.lay(readable);
    clock.at += std::chrono::milliseconds{1};
  }
  Result<DeadLetterDesk::Page> replay(std::string after) {
    return drive(loop, desk.replay({std::string{topic}, "", false, std::move(after)}));
  }
  // The lines of all its pages, and how it ended.
  Result<int> replay_all() {
    int lines = 0;
    std::string after;
    do {
      const auto page = replay(after);
      if (!page) return page.error();
      lines += static_cast<int>(std::ranges::count(page->lines, '\n'));
      after = page->next;
    } while (!after.empty());
    return lines;
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  FixedClock clock;
  Round round{clock};
  DeadLetterDesk desk{round, round, timers, clock};
  const std::string readable = protocol::encode(protocol::MessageTask{
      "push", ConversationId{"group_1"}, MessageId{5}, Seq{1}, MemberVersion{1}, "alice"});
};

TEST_F(DeadLetterDeskTest, all_are_those_that_lay_there_when_it_began) {
  const int count = static_cast<int>(2 * DeadLetterDesk::page_letters + 50);
  lay(count);
  EXPECT_EQ(replay_all().value(), count);
  EXPECT_EQ(round.letters.size(), 2U * static_cast<std::size_t>(count)) << "each failed again";
  clock.at += std::chrono::milliseconds{1};
  EXPECT_EQ(replay_all().value(), count) << "what was laid since is the next one's";
}

TEST_F(DeadLetterDeskTest, says_what_it_has_replayed_before_it_says_why_it_ended) {
  lay(3);
  round.away_from = 2;
  const auto page = replay("");
  ASSERT_TRUE(page);
  EXPECT_EQ(std::ranges::count(page->lines, '\n'), 2);
  ASSERT_FALSE(page->next.empty());
  round.away_from = round.published;
  EXPECT_EQ(replay(page->next).code(), ErrorCode::unavailable);
  const auto rest = replay(page->next);
  ASSERT_TRUE(rest);
  EXPECT_EQ(std::ranges::count(rest->lines, '\n'), 1);
  EXPECT_EQ(rest->next, "");
}

TEST_F(DeadLetterDeskTest, refuses_a_page_that_is_none) {
  for (const char* after : {"x", "im-task-topic", "im-task-topic x", "im-task-topic 1",
                            "im-task-topic 1 x", "im-moderation-topic 1 1"}) {
    EXPECT_EQ(replay(after).code(), ErrorCode::invalid_params) << after;
  }
}

}  // namespace
}  // namespace gochat::app
