#include "gateway/refused_sends.hpp"

#include <gtest/gtest.h>

#include <memory>
#include <string>

namespace gochat::gateway {
namespace {

class RefusedSendsTest : public testing::Test {
 protected:
  static Session socket(std::int64_t connection, std::int64_t sign_in) {
    Session made;
    made.id = ConnectionId{connection};
    made.caller.session = SessionId{sign_in};
    made.followed = std::make_unique<Followed>();
    return made;
  }
  static Session sending(std::int64_t connection, std::int64_t sign_in, const std::string& id) {
    Session made = socket(connection, sign_in);
    made.followed->sends.begin(id);
    return made;
  }
  static protocol::Receipt refusal(std::int64_t connection, std::string id) {
    protocol::Receipt receipt;
    receipt.connection = ConnectionId{connection};
    receipt.client_msg_id = std::move(id);
    receipt.code = ErrorCode::muted;
    receipt.hint = "you are muted in this group";
    return receipt;
  }

  RefusedSends sends;
};

TEST_F(RefusedSendsTest,
       a_refusal_for_a_socket_that_has_ended_is_kept_for_the_next_of_its_sign_in) {
  sends.closed(sending(1, 7, "a"));
  sends.refused(refusal(1, "a"), nullptr);
  const auto told = sends.find(socket(2, 7), "a");
  ASSERT_TRUE(told);
  EXPECT_EQ(told->code, ErrorCode::muted);
  EXPECT_EQ(told->hint, "you are muted in this group");
  EXPECT_FALSE(sends.find(socket(2, 7), "b"));
  EXPECT_FALSE(sends.find(socket(2, 8), "a")) << "another sign-in";
}

TEST_F(RefusedSendsTest, one_that_was_told_to_a_socket_which_may_be_dead_is_kept_too) {
  const Session dead = sending(1, 7, "a");
  sends.refused(refusal(1, "a"), &dead);
  EXPECT_TRUE(sends.find(socket(2, 7), "a"));
}

TEST_F(RefusedSendsTest, nothing_is_kept_for_sockets_that_nobody_inherits) {
  sends.closed(socket(1, 7));
  sends.refused(refusal(1, "a"), nullptr);
  Session asks_itself = socket(2, 7);
  asks_itself.followed.reset();
  sends.closed(asks_itself);
  sends.refused(refusal(2, "b"), &asks_itself);
  for (const auto* id : {"a", "b"}) EXPECT_FALSE(sends.find(socket(3, 7), id));
}

TEST_F(RefusedSendsTest, what_is_sent_again_has_another_answer) {
  const Session dead = sending(1, 7, "a");
  sends.refused(refusal(1, "a"), &dead);
  sends.begun(socket(2, 7), "a");
  EXPECT_FALSE(sends.find(socket(2, 7), "a"));
}

TEST_F(RefusedSendsTest, the_oldest_are_forgotten) {
  const Session dead = sending(1, 7, "0");
  for (std::size_t n = 0; n <= RefusedSends::kept_max; ++n) {
    sends.refused(refusal(1, std::to_string(n)), &dead);
    sends.closed(sending(static_cast<std::int64_t>(n) + 10, 7, "x"));
  }
  EXPECT_FALSE(sends.find(dead, "0"));
  EXPECT_TRUE(sends.find(dead, "1"));
  sends.refused(refusal(10, "x"), nullptr);
  EXPECT_FALSE(sends.find(dead, "x")) << "its socket is forgotten";
  sends.refused(refusal(11, "x"), nullptr);
  EXPECT_TRUE(sends.find(dead, "x"));
}

}  // namespace
}  // namespace gochat::gateway
