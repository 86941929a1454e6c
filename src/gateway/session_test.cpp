#include "gateway/session.hpp"

#include <gtest/gtest.h>

#include <set>

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

}  // namespace
}  // namespace gochat::gateway
