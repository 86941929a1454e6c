#include "gateway/downstream_consumer.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "async/drive.hpp"
#include "dispatch/testing/fake_roads.hpp"
#include "gateway/testing/told_history.hpp"

namespace gochat::gateway {
namespace {

class FixedClock final : public Clock {
 public:
  WallTime now() const override { return wall_time(1'800'000'000'000); }
};

class NoRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override { std::ranges::fill(bytes, 1); }
};

// The server is never started, and nobody is connected.
class DownstreamConsumerTest : public testing::Test {
 protected:
  DownstreamConsumerTest() { delivery.use(server); }
  static LaneBatch batch(const std::vector<std::string>& values) {
    LaneBatch made{{"im-downstream-topic-g1", 0}, {}};
    for (const auto& value : values) {
      made.deliveries.push_back({"key", value, {}, made.deliveries.size(), false});
    }
    return made;
  }
  Result<void> take(const std::vector<std::string>& values) {
    return drive(loop, timers, consumer.take(batch(values)));
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  FixedClock clock;
  NoRandom random;
  NoOwner owner;
  net::Server server{loop, timers, owner, {}};
  SessionTable sessions;
  ToldHistory history;
  Gate gate{loop.get_executor()};
  ReadMarks reads{sessions, timers};
  Delivery delivery{{sessions, history, timers, gate, reads}, {}};
  RefusedSends refusals;
  Receipts receipts{timers};
  Witness witness{timers, random};
  Unanswered unanswered{timers};
  dispatch::testing::FakeQueue queue;
  DownstreamConsumer consumer{
      {sessions, delivery, reads, refusals, receipts, witness, unanswered, queue, clock, timers},
      7};
};

TEST_F(DownstreamConsumerTest, lays_all_that_it_cannot_read_aside_at_once) {
  queue.pause = [this] { return timers.sleep(std::chrono::seconds{1}); };
  const auto began = timers.now();
  ASSERT_TRUE(take({"torn", protocol::encode(protocol::DownstreamRecord{}), "torn", "torn"}));
  EXPECT_EQ(queue.others.size(), 3U);
  EXPECT_EQ(queue.others[0].topic, "im-downstream-dlq");
  EXPECT_EQ(timers.now() - began, std::chrono::seconds{1});
}

TEST_F(DownstreamConsumerTest, goes_on_when_what_it_cannot_read_can_be_laid_nowhere) {
  queue.fails_with = failed(ErrorCode::unavailable, "away");
  EXPECT_TRUE(take({"torn", "torn"}));
}

}  // namespace
}  // namespace gochat::gateway
