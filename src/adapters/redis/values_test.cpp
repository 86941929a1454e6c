// What lies under our keys is read as if a stranger had written it.
#include <gmock/gmock.h>

#include "adapters/redis/session_fields.hpp"
#include "adapters/redis/tail_text.hpp"

namespace gochat::redis {
namespace {

using ::testing::IsEmpty;
using ::testing::SizeIs;

Reply hash(std::initializer_list<std::string> fields) {
  Reply reply{.kind = Reply::Kind::list};
  for (const std::string& field : fields) {
    reply.items.push_back({.kind = Reply::Kind::text, .text = field});
  }
  return reply;
}

TEST(SessionFields, hold_the_leases_that_have_not_ended) {
  const Reply held = hash({"gateway_id", "g2", "login_at", "9", "11", "5000 1 7 9 g1", "12",
                           "9000 2 8 9 gateway with spaces"});
  const HeldLeases both = live_leases(held, 5'000);
  ASSERT_THAT(both.live, SizeIs(2));
  EXPECT_FALSE(both.untidy);
  EXPECT_EQ(both.live[1].gateway, "gateway with spaces");
  EXPECT_EQ(both.live[1].boot, 2U);
  const HeldLeases one = live_leases(held, 4'000);
  ASSERT_THAT(one.live, SizeIs(1));
  EXPECT_TRUE(one.untidy);
  EXPECT_EQ(one.live[0].ends, 9'000);
}

TEST(SessionFields, of_a_key_that_went_away_meanwhile_are_none) {
  EXPECT_THAT(live_leases(hash({"11", "5000 1 7 9 g1"}), -2).live, IsEmpty());
  EXPECT_THAT(live_leases(hash({}), -2).live, IsEmpty());
}

TEST(SessionFields, that_cannot_be_read_are_left_out) {
  for (const char* value : {"", "5000", "5000 1 7 9", "5000 1 7 9 ", "x 1 7 9 g1", "5000 -1 7 9 g",
                            "5000  1 7 9 g1", "99999999999999999999 1 7 9 g1"}) {
    const HeldLeases held = live_leases(hash({"11", value}), 1'000);
    EXPECT_THAT(held.live, IsEmpty()) << value;
    EXPECT_TRUE(held.untidy) << value;
  }
  EXPECT_THAT(live_leases(hash({"11"}), 1'000).live, IsEmpty());
}

TEST(SessionFields, name_gateways) {
  EXPECT_EQ(read_gateway("18446744073709551615 g 1")->gateway, "g 1");
  EXPECT_FALSE(read_gateway("7"));
  EXPECT_FALSE(read_gateway("7 "));
  EXPECT_FALSE(read_gateway("g1 7"));
}

TEST(TailText, gives_back_what_was_saved_and_nothing_else) {
  SessionTail tail;
  tail.got = {{ConversationId{"world"}, Seq{~std::uint64_t{0}}}, {ConversationId{""}, Seq{0}}};
  tail.unanswered = {"client-1", std::string("\0 \n", 3)};
  const std::string text = tail_text(tail, wall_time(1'750'000'000'000));
  EXPECT_TRUE(text.starts_with("1750000000000 "));
  const auto read = read_tail(text);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->got, tail.got);
  EXPECT_EQ(read->unanswered, tail.unanswered);
  for (std::size_t n = 0; n < text.size(); ++n) EXPECT_FALSE(read_tail(text.substr(0, n))) << n;
  EXPECT_FALSE(read_tail(text + "x"));
  EXPECT_FALSE(read_tail("17 \x02"));
}

}  // namespace
}  // namespace gochat::redis
