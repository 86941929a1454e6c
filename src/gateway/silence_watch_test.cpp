#include "gateway/silence_watch.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

namespace gochat::gateway {
namespace {

using std::chrono::seconds;
using testing::ElementsAre;
using testing::IsEmpty;

class SilenceWatchTest : public testing::Test {
 protected:
  SilenceWatchTest() { watch.start(); }
  void pass(seconds time) {
    for (seconds second{0}; second < time; ++second) timers.advance(seconds{1});
  }

  ManualTimers timers;
  std::vector<std::uint32_t> lost;
  SilenceWatch watch{timers, {}, [this](net::ConnectionId silent) { lost.push_back(silent.slot); }};
  const net::ConnectionId socket{.slot = 7, .generation = 1};
};

TEST_F(SilenceWatchTest, holds_who_is_silent_for_two_heartbeats_offline_before_the_third) {
  pass(seconds{7});
  watch.heard(socket);
  pass(seconds{59});
  EXPECT_THAT(lost, IsEmpty());
  pass(seconds{90 - 59});
  EXPECT_THAT(lost, ElementsAre(7));
}

TEST_F(SilenceWatchTest, keeps_who_sends_a_heartbeat_every_thirty_seconds) {
  for (int n = 0; n < 20; ++n) {
    watch.heard(socket);
    pass(seconds{30});
  }
  EXPECT_THAT(lost, IsEmpty());
}

TEST_F(SilenceWatchTest, forgives_one_heartbeat_that_was_lost) {
  for (int n = 0; n < 10; ++n) {
    watch.heard(socket);
    pass(seconds{59});
  }
  EXPECT_THAT(lost, IsEmpty());
}

TEST_F(SilenceWatchTest, keeps_its_proportions_for_another_heartbeat) {
  SilenceWatch quick{timers, SilenceLimits::of(seconds{2}),
                     [this](net::ConnectionId silent) { lost.push_back(silent.slot); }};
  quick.start();
  quick.heard(socket);
  pass(seconds{3});
  EXPECT_THAT(lost, IsEmpty());
  pass(seconds{3});
  EXPECT_THAT(lost, ElementsAre(7));
}

TEST_F(SilenceWatchTest, tells_of_a_silent_socket_once_and_never_of_one_that_is_gone) {
  watch.heard(socket);
  const net::ConnectionId gone{.slot = 8, .generation = 1};
  watch.heard(gone);
  watch.forget(gone);
  pass(seconds{300});
  EXPECT_THAT(lost, ElementsAre(7));
}

}  // namespace
}  // namespace gochat::gateway
