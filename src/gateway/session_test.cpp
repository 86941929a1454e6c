#include "gateway/session.hpp"

#include <gtest/gtest.h>

#include <limits>
#include <set>

#include "domain/limits.hpp"

namespace gochat::gateway {
namespace {

Session of_person(std::int64_t connection) {
  Session session;
  session.id = ConnectionId{connection};
  session.caller.user = UserId{7};
  return session;
}

TEST(Session, makes_ids_for_sends_that_no_other_socket_of_the_person_makes) {
  Session phone = of_person(1);
  Session desk = of_person(11);
  std::set<std::string> made;
  for (int n = 0; n < 120; ++n) {
    made.insert(next_client_msg_id(phone));
    made.insert(next_client_msg_id(desk));
  }
  EXPECT_EQ(made.size(), 240u);
}

TEST(Session, makes_other_ids_after_a_restart_though_the_connection_has_the_same_id) {
  Session before = of_person(1);
  Session after = of_person(1);
  before.boot = 0xffffffff;
  after.boot = 2;
  EXPECT_NE(next_client_msg_id(before), next_client_msg_id(after));
}

TEST(Session, makes_ids_that_a_send_may_have) {
  Session longest = of_person(std::numeric_limits<std::int64_t>::max());
  longest.caller.user = UserId{std::numeric_limits<std::int64_t>::max()};
  longest.boot = std::numeric_limits<std::uint32_t>::max();
  longest.ids_made = 1'000'000'000;
  EXPECT_LE(next_client_msg_id(longest).size(), limits::client_msg_id_bytes_max);
}

}  // namespace
}  // namespace gochat::gateway
