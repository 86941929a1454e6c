#include "adapters/redis/slot_map.hpp"

#include <gmock/gmock.h>

#include "adapters/redis/command.hpp"

namespace gochat::redis {
namespace {

const Address asked{"10.0.0.1", 7000};

Reply text(std::string bytes) { return {.kind = Reply::Kind::text, .text = std::move(bytes)}; }
Reply number(std::int64_t n) {
  Reply reply{.kind = Reply::Kind::number};
  reply.number = n;
  return reply;
}
Reply list(std::vector<Reply> items) {
  Reply reply{.kind = Reply::Kind::list};
  reply.items = std::move(items);
  return reply;
}
Reply error(std::string words) { return {.kind = Reply::Kind::error, .text = std::move(words)}; }

// The vectors of the Cluster's own specification, and what a server answers to CLUSTER KEYSLOT.
TEST(Slots, are_those_of_the_servers) {
  EXPECT_EQ(slot_of("123456789"), 0x31c3 % slots);
  EXPECT_EQ(slot_of("foo"), 12182U);
  EXPECT_EQ(slot_of(""), 0U);
}

TEST(Slots, of_keys_that_belong_together_are_one) {
  EXPECT_EQ(slot_of("{user1000}.following"), slot_of("user1000"));
  EXPECT_EQ(slot_of("foo{}{bar}"), slot_of(std::string{"foo{}{bar}"}));
  EXPECT_NE(slot_of("foo{}{bar}"), slot_of("bar"));
  EXPECT_EQ(slot_of("foo{{bar}}zap"), slot_of("{bar"));
  EXPECT_EQ(slot_of("foo{bar}{zap}"), slot_of("bar"));
  const Key key = Keys{"env:"}.make("group_members:", "42");
  EXPECT_EQ(key.text, "env:group_members:42");
  EXPECT_EQ(key.family(), "group_members:");
  EXPECT_EQ(slot_of(beside(key, "tmp")), slot_of(key.text));
}

TEST(SlotMap, reads_the_masters_and_leaves_out_what_has_another_shape) {
  const Reply reply = list({
      list({number(0), number(5460), list({text("10.0.0.2"), number(7001)}),
            list({text("10.0.0.3"), number(7002)})}),
      list({number(5461), number(16383), list({text(""), number(7003)})}),
      list({number(5461), number(16384), list({text("x"), number(7003)})}),
      list({number(-1), number(3), list({text("x"), number(7003)})}),
      list({number(1), number(3), list({text("x"), number(70'003)})}),
      list({number(1), number(3)}),
      text("odd"),
  });
  const auto ranges = read_ranges(reply, asked);
  ASSERT_EQ(ranges.size(), 2U);
  EXPECT_EQ(ranges[0].last, 5460U);
  EXPECT_EQ(ranges[0].master, (Address{"10.0.0.2", 7001}));
  EXPECT_EQ(ranges[1].master, (Address{"10.0.0.1", 7003}));
}

TEST(Redirects, name_a_server_for_good_or_for_once) {
  const auto moved = read_redirect(error("MOVED 3999 10.0.0.2:6381"), asked);
  ASSERT_TRUE(moved);
  EXPECT_TRUE(moved->for_good);
  EXPECT_EQ(moved->slot, 3999U);
  EXPECT_EQ(moved->to, (Address{"10.0.0.2", 6381}));
  const auto ask = read_redirect(error("ASK 3999 :6381"), asked);
  ASSERT_TRUE(ask);
  EXPECT_FALSE(ask->for_good);
  EXPECT_EQ(ask->to, (Address{"10.0.0.1", 6381}));
}

TEST(Redirects, are_no_other_errors) {
  for (const char* words : {"MOVED", "MOVED 1", "MOVED x 10.0.0.2:1", "MOVED 16384 10.0.0.2:1",
                            "MOVED 1 10.0.0.2", "MOVED 1 10.0.0.2:x", "MOVEDX 1 a:1", "ERR no"}) {
    EXPECT_FALSE(read_redirect(error(words), asked)) << words;
  }
  EXPECT_FALSE(read_redirect(text("MOVED 1 a:1"), asked));
}

}  // namespace
}  // namespace gochat::redis
