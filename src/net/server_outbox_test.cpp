#include "net/server_fixture.hpp"

namespace gochat::net {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

// What becomes of frames that a peer does not read.
using ServerOutbox = ServerTest;

TEST_F(ServerOutbox, a_slow_reader_is_closed_with_4000_and_costs_a_bounded_outbox) {
  start(manual);
  auto slow = open_ws();
  auto witness = open_ws();
  const EncodedFrame frame = EncodedFrame::text(std::string(60'000, 'x'));
  std::size_t most = 0;
  for (int n = 0; n < 1000 && owner.closed.empty(); ++n) {
    server->send(owner.opened[0], frame);
    most = std::max(most, server->outbox_bytes(owner.opened[0]));
    settle();
  }
  EXPECT_THAT(owner.closed, ElementsAre(close_code::slow_reader));
  EXPECT_GT(most, options.limits.outbox_bytes_max / 2);
  EXPECT_LE(most, options.limits.outbox_bytes_max);
  EXPECT_TRUE(run(witness->send_text("not disturbed", soon())).ok());
  EXPECT_EQ(received(*witness), "not disturbed");
  std::string last;
  while ((last = received(*slow)) == std::string(60'000, 'x')) {
  }
  EXPECT_EQ(last, "close 4000 slow reader, reconnect now");
  EXPECT_EQ(server->traffic().outbox_overflows, 1u);
}

TEST_F(ServerOutbox, a_slow_reader_that_never_reads_is_cut_off) {
  start(manual);
  auto slow = open_ws();
  const EncodedFrame frame = EncodedFrame::text(std::string(60'000, 'x'));
  for (int n = 0; n < 1000 && owner.closed.empty(); ++n) {
    server->send(owner.opened[0], frame);
    settle();
  }
  manual.advance(options.limits.close_time_max + TimerWheel::tick);
  until([&] { return server->counts().connections == 0; });
}

TEST_F(ServerOutbox, many_small_frames_in_one_turn_do_not_make_a_slow_reader) {
  start();
  auto client = open_ws();
  const std::size_t count = options.limits.outbox_frames_max * 3;
  for (std::size_t n = 0; n < count; ++n) {
    server->send(owner.opened[0], EncodedFrame::text(std::to_string(n)));
  }
  for (std::size_t n = 0; n < count; ++n) ASSERT_EQ(received(*client), std::to_string(n));
}

TEST_F(ServerOutbox, says_when_an_outbox_has_drained) {
  start();
  auto client = open_ws();
  const EncodedFrame page = EncodedFrame::text(std::string(60'000, 'x'));
  std::size_t sent = 0;
  while (server->outbox_bytes(owner.opened[0]) < options.limits.outbox_drained_bytes) {
    server->send(owner.opened[0], page);
    ++sent;
    settle();
  }
  EXPECT_EQ(owner.drained, 0u);
  for (std::size_t n = 0; n < sent; ++n) EXPECT_EQ(received(*client).size(), 60'000u);
  until([&] { return owner.drained == 1; });
}

TEST_F(ServerOutbox, who_does_not_read_is_not_listened_to_for_ever) {
  start(manual);
  auto flood = open_ws();
  flood->answer_pings(false);
  std::string pings;
  for (int n = 0; n < 500; ++n) {
    append_frame(pings, {.opcode = Opcode::ping, .mask = 1}, std::string(125, 'p'));
  }
  // Writing stops when the server stops reading; what it holds meanwhile is bounded.
  bool stuck = false;
  for (int n = 0; n < 2000 && !stuck; ++n) {
    stuck = run(flood->send_raw(pings, timers.now() + 200ms)).code() == ErrorCode::timeout;
    ASSERT_LE(server->outbox_bytes(owner.opened[0]), options.limits.outbox_bytes_max);
  }
  EXPECT_TRUE(stuck);
  EXPECT_THAT(owner.closed, ElementsAre());
}

}  // namespace
}  // namespace gochat::net
