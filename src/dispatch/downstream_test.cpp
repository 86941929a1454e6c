#include "dispatch/downstream.hpp"

#include <gtest/gtest.h>

#include "async/drive.hpp"
#include "dispatch/testing/fake_roads.hpp"

namespace gochat::dispatch {
namespace {

class DownstreamTest : public ::testing::Test {
 protected:
  Result<void> tell(const std::vector<std::string>& gateways) {
    std::vector<Addressed> records;
    for (const auto& gateway : gateways) records.push_back({gateway, {}});
    return drive(loop, timers, downstream.publish(std::move(records)));
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  testing::FakeQueue queue;
  Downstream downstream{queue, timers, std::chrono::seconds{5}};
};

TEST_F(DownstreamTest, is_held_up_by_no_gateway_that_is_gone) {
  queue.gone = {"im-downstream-topic-g1"};
  EXPECT_TRUE(tell({"g1", "g2"}));
  EXPECT_TRUE(tell({"g1"}));
  ASSERT_EQ(queue.published.size(), 1U);
  EXPECT_EQ(queue.published[0].gateway, "g2");
}

TEST_F(DownstreamTest, says_when_a_gateway_that_is_there_cannot_be_told) {
  queue.fails_with = failed(ErrorCode::unavailable, "away");
  EXPECT_EQ(tell({"g1", "g2"}).code(), ErrorCode::unavailable);
}

}  // namespace
}  // namespace gochat::dispatch
