#include "app/reach.hpp"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

namespace gochat::app {
namespace {

class ReachTest : public testing::Test {
 protected:
  ReachTest() {
    health.set_started();
    health.tell([this](bool ready) { told.push_back(ready); });
    reach.start();
  }

  void asks(int times) {
    for (int n = 0; n < times; ++n) {
      timers.advance(Reach::interval);
      context.restart();
      context.run();
    }
  }

  boost::asio::io_context context;
  ManualTimers timers;
  Gate gate{context.get_executor()};
  Health health;
  std::vector<bool> told;
  int asked = 0;
  bool answers = true;
  Reach reach{gate, timers, health, "the moon answers", [this]() -> Task<Result<void>> {
                ++asked;
                if (!answers) co_return failed(ErrorCode::unavailable, "behind a cloud");
                co_return Result<void>{};
              }};
};

TEST_F(ReachTest, is_gone_from_the_third_silence_in_a_row_and_back_with_the_first_answer) {
  answers = false;
  asks(2);
  EXPECT_TRUE(health.ready());
  answers = true;
  asks(1);
  answers = false;
  asks(2);
  EXPECT_TRUE(health.ready());
  asks(1);
  EXPECT_FALSE(health.ready());
  asks(5);
  answers = true;
  asks(1);
  EXPECT_TRUE(health.ready());
  EXPECT_EQ(told, (std::vector{true, false, true}));
}

TEST_F(ReachTest, asks_no_more_once_it_is_stopped) {
  asks(2);
  reach.stop();
  asks(3);
  EXPECT_EQ(asked, 2);
}

}  // namespace
}  // namespace gochat::app
