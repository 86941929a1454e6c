#include "logic/operator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/sign_in.hpp"
#include "logic/testing/ground.hpp"

namespace gochat::logic::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class OperatorTest : public ::testing::Test {
 protected:
  SignedIn in(std::string name, std::string password) {
    return *ground.run(auth.login(std::move(name), std::move(password), {"phone", "10.0.0.1"}));
  }
  ErrorCode login(std::string name, std::string password) {
    return ground.run(auth.login(std::move(name), std::move(password), {})).code();
  }
  ErrorCode authenticate(const SignedIn& who) {
    return ground.run(auth.authenticate(who.token)).code();
  }
  User made(std::string name) {
    return ground.run(owner.create_user({.username = std::move(name), .password = "secret1"}))
        ->user;
  }

  Ground ground;
  Logic logic{ground.needs(), {.registration_open = false}};
  AuthApi& auth = logic.api().auth;
  OperatorApi& owner = logic.for_operator();
};

TEST_F(OperatorTest, makes_accounts_while_registration_is_closed) {
  const auto access = ground.run(owner.create_user({.username = "root1", .role = UserRole::admin}));
  ASSERT_TRUE(access);
  EXPECT_EQ(access->user.role, UserRole::admin);
  EXPECT_THAT(access->drawn_password, SizeIs(16));
  EXPECT_EQ(in("root1", access->drawn_password).user.id, access->user.id);
}

TEST_F(OperatorTest, tells_a_drawn_password_and_no_given_one) {
  const auto access = ground.run(owner.create_user({.username = "alice", .password = "secret1"}));
  ASSERT_TRUE(access);
  EXPECT_THAT(access->drawn_password, IsEmpty());
  EXPECT_EQ(login("alice", "secret1"), ErrorCode::ok);
}

TEST_F(OperatorTest, refuses_what_a_sign_up_refuses) {
  made("alice");
  const auto refusal = [&](NewAccount account) {
    return ground.run(owner.create_user(std::move(account))).code();
  };
  EXPECT_EQ(refusal({.username = "x"}), ErrorCode::invalid_params);
  EXPECT_EQ(refusal({.username = "bob", .password = "short"}), ErrorCode::invalid_params);
  EXPECT_EQ(refusal({.username = "bob", .email = "nowhere"}), ErrorCode::invalid_params);
  EXPECT_EQ(refusal({.username = "alice"}), ErrorCode::conflict);
}

TEST_F(OperatorTest, a_disabled_account_loses_its_sessions_and_its_way_in) {
  made("mallory");
  const SignedIn before = in("mallory", "secret1");
  ASSERT_EQ(authenticate(before), ErrorCode::ok);
  EXPECT_EQ(ground.run(owner.set_enabled("mallory", false))->status, UserStatus::disabled);
  EXPECT_EQ(authenticate(before), ErrorCode::unauthorized);
  EXPECT_EQ(ground.sessions.rows[before.session.id].revoke_code, close_account_ended);
  EXPECT_EQ(login("mallory", "secret1"), ErrorCode::forbidden);
  EXPECT_EQ(login("mallory", "wrong"), ErrorCode::unauthorized);

  EXPECT_EQ(ground.run(owner.set_enabled("mallory", true))->status, UserStatus::active);
  EXPECT_EQ(login("mallory", "secret1"), ErrorCode::ok);
  EXPECT_EQ(authenticate(before), ErrorCode::unauthorized);
}

TEST_F(OperatorTest, disabling_again_ends_what_an_interrupted_act_left) {
  const User mallory = made("mallory");
  const SignedIn before = in("mallory", "secret1");
  ground.users.rows[mallory.id].status = UserStatus::disabled;
  ASSERT_TRUE(ground.run(owner.set_enabled("mallory", false)));
  EXPECT_EQ(authenticate(before), ErrorCode::unauthorized);
}

TEST_F(OperatorTest, another_password_ends_all_sessions) {
  made("alice");
  const SignedIn before = in("alice", "secret1");
  const auto reset = ground.run(owner.reset_password("alice", ""));
  ASSERT_TRUE(reset);
  EXPECT_EQ(authenticate(before), ErrorCode::unauthorized);
  EXPECT_EQ(ground.sessions.rows[before.session.id].revoke_code, close_revoked);
  EXPECT_EQ(login("alice", "secret1"), ErrorCode::unauthorized);
  EXPECT_EQ(login("alice", reset->drawn_password), ErrorCode::ok);
  EXPECT_EQ(ground.run(owner.reset_password("alice", "short")).code(), ErrorCode::invalid_params);
}

TEST_F(OperatorTest, ends_one_session_or_all) {
  made("alice");
  made("bobby");
  const SignedIn phone = in("alice", "secret1");
  const SignedIn desk = in("alice", "secret1");
  EXPECT_THAT(*ground.run(owner.sessions("alice")), SizeIs(2));
  EXPECT_EQ(ground.run(owner.end_sessions("bobby", phone.session.id)).code(), ErrorCode::not_found);
  EXPECT_EQ(ground.run(owner.end_sessions("alice", phone.session.id))->count, 1U);
  EXPECT_EQ(authenticate(phone), ErrorCode::unauthorized);
  EXPECT_EQ(authenticate(desk), ErrorCode::ok);
  EXPECT_THAT(*ground.run(owner.sessions("alice")), SizeIs(1));
  EXPECT_EQ(ground.run(owner.end_sessions("alice", std::nullopt))->count, 1U);
  EXPECT_EQ(authenticate(desk), ErrorCode::unauthorized);
}

TEST_F(OperatorTest, a_guest_has_no_password_and_no_role) {
  const auto guest = ground.run(auth.guest("Visitor", {}));
  ASSERT_TRUE(guest);
  const std::string name = guest->user.username;
  EXPECT_EQ(ground.run(owner.reset_password(name, "")).code(), ErrorCode::forbidden);
  EXPECT_EQ(ground.run(owner.set_user_role(name, UserRole::admin)).code(), ErrorCode::forbidden);
  EXPECT_TRUE(ground.run(owner.set_enabled(name, false)));
}

TEST_F(OperatorTest, who_was_erased_is_nobody) {
  const User gone = made("alice");
  ground.users.rows[gone.id].status = UserStatus::erased;
  const auto refusal = ground.run(owner.set_enabled("alice", true));
  ASSERT_EQ(refusal.code(), ErrorCode::not_found);
  EXPECT_THAT(refusal.error().hint, HasSubstr("alice"));
  EXPECT_EQ(ground.users.rows[gone.id].status, UserStatus::erased);
}

TEST_F(OperatorTest, lists_everybody_in_pages) {
  for (int n = 0; n < 5; ++n) made("user" + std::to_string(n));
  const auto first = *ground.run(owner.users("", {}, 3));
  ASSERT_THAT(first, SizeIs(3));
  EXPECT_THAT(*ground.run(owner.users("", first.back().id, 3)), SizeIs(2));
}

}  // namespace
}  // namespace gochat::logic::testing
