#include "logic/sign_in.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic::testing {
namespace {

using std::chrono::seconds;
using ::testing::IsEmpty;
using ::testing::SizeIs;

const SignInContext plain{"phone", "10.0.0.1", false};
const SignInContext refreshing{"sdk", "10.0.0.1", true};

class SignInTest : public ::testing::Test {
 protected:
  SignInTest() {
    const auto done = sign_up("alice");
    EXPECT_TRUE(done);
    alice = done->user.id;
  }

  Result<SignedIn> sign_up(std::string name) {
    return ground.run(auth.sign_up({std::move(name), "secret1", "", ""}, plain));
  }
  Result<SignedIn> login(std::string password, SignInContext context = plain) {
    return ground.run(auth.login("alice", std::move(password), std::move(context)));
  }
  SignedIn in(SignInContext context = plain) { return *login("secret1", std::move(context)); }
  Result<Caller> authenticate(const std::string& token) {
    return ground.run(auth.authenticate(token));
  }
  Result<SignedIn> refresh(const std::string& token) {
    return ground.run(auth.refresh(token, refreshing));
  }
  static Caller caller(const SignedIn& signed_in) {
    return {signed_in.user.id, signed_in.session.id, signed_in.user.is_guest};
  }

  Ground ground;
  Logic logic{ground.needs(), {}};
  AuthApi& auth = logic.api().auth;
  UserId alice;
};

TEST_F(SignInTest, opens_a_session_for_whoever_registers_or_logs_in) {
  const auto again = login("secret1");
  ASSERT_TRUE(again);
  EXPECT_EQ(again->user.id, alice);
  EXPECT_EQ(again->expires_in_seconds, std::chrono::seconds{std::chrono::days{7}}.count());
  EXPECT_EQ(again->refresh_token, "");
  const auto who = authenticate(again->token);
  ASSERT_TRUE(who);
  EXPECT_EQ(who->user, alice);
  EXPECT_EQ(who->session, again->session.id);
  EXPECT_FALSE(who->is_guest);
}

TEST_F(SignInTest, gives_a_short_token_to_a_client_that_can_refresh) {
  const auto signed_in = in(refreshing);
  EXPECT_EQ(signed_in.expires_in_seconds, 15 * 60);
  EXPECT_NE(signed_in.refresh_token, "");
}

TEST_F(SignInTest, refuses_names_and_passwords_that_do_not_fit) {
  const auto code = [&](Registration wanted) {
    return ground.run(auth.sign_up(std::move(wanted), plain)).code();
  };
  EXPECT_EQ(code({"al", "secret1", "", ""}), ErrorCode::invalid_params);
  EXPECT_EQ(code({"profile", "secret1", "", ""}), ErrorCode::invalid_params);
  EXPECT_EQ(code({"bobby", "short", "", ""}), ErrorCode::invalid_params);
  EXPECT_EQ(code({"bobby", std::string(73, 'x'), "", ""}), ErrorCode::invalid_params);
  EXPECT_EQ(code({"bobby", "secret1", std::string(51, 'n'), ""}), ErrorCode::invalid_params);
  EXPECT_EQ(code({"bobby", "secret1", "", "no address"}), ErrorCode::invalid_params);
  EXPECT_EQ(code({"alice", "secret1", "", ""}), ErrorCode::conflict);
  EXPECT_EQ(code({"bobby", std::string(72, 'x'), "", ""}), ErrorCode::ok);
}

TEST_F(SignInTest, lets_in_whom_the_operator_lets_in) {
  Options closed;
  closed.registration_open = false;
  closed.guests = false;
  Logic other{ground.needs(), closed};
  AuthApi& door = other.api().auth;
  EXPECT_EQ(ground.run(door.sign_up({"bobby", "secret1", "", ""}, plain)).code(),
            ErrorCode::forbidden);
  EXPECT_EQ(ground.run(door.guest("", plain)).code(), ErrorCode::forbidden);
  EXPECT_TRUE(ground.run(door.login("alice", "secret1", plain)));
}

TEST_F(SignInTest, invents_a_name_for_a_guest) {
  const auto guest = ground.run(auth.guest("Visitor", plain));
  ASSERT_TRUE(guest);
  EXPECT_TRUE(guest->user.is_guest);
  EXPECT_EQ(guest->user.nickname, "Visitor");
  EXPECT_TRUE(username_key(guest->user.username));
  EXPECT_TRUE(authenticate(guest->token)->is_guest);
  EXPECT_TRUE(ground.run(auth.guest("", plain)));
}

TEST_F(SignInTest, answers_a_wrong_password_and_an_unknown_name_alike) {
  const auto wrong = login("guess");
  const auto unknown = ground.run(auth.login("nobody", "guess", plain));
  EXPECT_EQ(wrong.code(), ErrorCode::unauthorized);
  EXPECT_EQ(unknown.code(), ErrorCode::unauthorized);
  EXPECT_EQ(wrong.error().hint, unknown.error().hint);
  EXPECT_EQ(ground.users.hashes, 2) << "one hash each";
}

TEST_F(SignInTest, tells_those_alone_who_know_the_password_that_an_account_is_disabled) {
  ground.users.rows[alice].status = UserStatus::disabled;
  EXPECT_EQ(login("secret1").code(), ErrorCode::forbidden);
  EXPECT_EQ(login("guess").code(), ErrorCode::unauthorized);
}

TEST_F(SignInTest, answers_an_erased_account_like_a_wrong_password) {
  ground.users.rows[alice].status = UserStatus::erased;
  const auto refused = login("secret1");
  EXPECT_EQ(refused.code(), ErrorCode::unauthorized);
  EXPECT_EQ(refused.error().hint, login("guess").error().hint);
}

TEST_F(SignInTest, hashes_few_of_many_guesses_and_lets_the_owner_in_later) {
  for (int guess = 0; guess < 1'000; ++guess) {
    static_cast<void>(login("guess" + std::to_string(guess)).ok());
  }
  EXPECT_LE(ground.users.hashes, 20);
  const auto refused = login("secret1");
  ASSERT_EQ(refused.code(), ErrorCode::rate_limited);
  EXPECT_GT(refused.error().retry_after_ms, 0U);
  ground.pass(seconds{60});
  EXPECT_TRUE(login("secret1"));
}

TEST_F(SignInTest, slows_down_an_address_that_tries_one_password_on_many_accounts) {
  int limited = 0;
  for (int n = 0; n < 100; ++n) {
    const auto tried = ground.run(auth.login("user" + std::to_string(n), "123456", plain));
    limited += tried.code() == ErrorCode::rate_limited ? 1 : 0;
  }
  EXPECT_GE(limited, 80);
  EXPECT_TRUE(ground.run(auth.login("alice", "secret1", {"phone", "10.9.9.9", false})));
}

TEST_F(SignInTest, rotates_the_refresh_token_with_every_use) {
  const auto first = in(refreshing);
  const auto second = refresh(first.refresh_token);
  ASSERT_TRUE(second);
  EXPECT_NE(second->refresh_token, first.refresh_token);
  EXPECT_EQ(second->session.id, first.session.id);
  EXPECT_TRUE(authenticate(second->token));
  EXPECT_TRUE(authenticate(first.token)) << "an access token's generation is not checked";
}

TEST_F(SignInTest, gives_a_lost_answer_again) {
  const auto first = in(refreshing);
  const auto lost = refresh(first.refresh_token);
  ground.pass(std::chrono::hours{1});
  const auto again = refresh(first.refresh_token);
  ASSERT_TRUE(again) << "the new generation was never used";
  EXPECT_EQ(again->refresh_token, lost->refresh_token);
}

TEST_F(SignInTest, gives_two_tabs_the_same_answer_for_a_minute) {
  const auto first = in(refreshing);
  const auto tab = refresh(first.refresh_token);
  ASSERT_TRUE(authenticate(tab->token));  // the new generation is used now
  ground.pass(seconds{59});
  EXPECT_EQ(refresh(first.refresh_token)->refresh_token, tab->refresh_token);
}

TEST_F(SignInTest, revokes_a_session_whose_old_token_comes_back) {
  const auto first = in(refreshing);
  const auto second = refresh(first.refresh_token);
  ASSERT_TRUE(authenticate(second->token));
  ground.pass(seconds{61});
  EXPECT_EQ(refresh(first.refresh_token).code(), ErrorCode::unauthorized);
  EXPECT_EQ(authenticate(second->token).code(), ErrorCode::unauthorized);
  EXPECT_EQ(refresh(second->refresh_token).code(), ErrorCode::unauthorized);
  ASSERT_THAT(ground.sessions.revoked, SizeIs(1));
  EXPECT_EQ(ground.sessions.revoked[0].close_code, close_revoked);
}

TEST_F(SignInTest, changes_nothing_for_a_forged_refresh_token) {
  const auto first = in(refreshing);
  EXPECT_EQ(refresh("nonsense").code(), ErrorCode::unauthorized);
  EXPECT_EQ(refresh("999 1").code(), ErrorCode::unauthorized);
  EXPECT_THAT(ground.sessions.revoked, IsEmpty());
  EXPECT_TRUE(refresh(first.refresh_token));
}

TEST_F(SignInTest, ends_one_session_at_logout_at_once) {
  const auto phone = in();
  const auto laptop = in();
  ASSERT_TRUE(authenticate(phone.token));
  EXPECT_TRUE(ground.run(auth.logout(phone.token)));
  EXPECT_EQ(authenticate(phone.token).code(), ErrorCode::unauthorized);
  EXPECT_TRUE(authenticate(laptop.token));
  EXPECT_TRUE(ground.run(auth.logout(phone.token))) << "nothing is left to end";
  EXPECT_TRUE(ground.run(auth.logout("dead"))) << "nothing is left to end";
}

TEST_F(SignInTest, ends_nobody_elses_session_at_logout) {
  const auto phone = in();
  const auto bob = *sign_up("bobby");
  const auto now = ground.clock.now();
  const auto mixed =
      ground.tokens.sign({bob.user.id, phone.session.id, 1, false, now, now + seconds{60}});
  EXPECT_TRUE(ground.run(auth.logout(mixed)));
  EXPECT_TRUE(authenticate(phone.token));
}

TEST_F(SignInTest, asks_for_a_session_once_a_minute) {
  const auto phone = in();
  for (int n = 0; n < 10; ++n) ASSERT_TRUE(authenticate(phone.token));
  EXPECT_EQ(ground.sessions.finds, 1);
  ground.pass(SessionTrust::trust);
  ASSERT_TRUE(authenticate(phone.token));
  EXPECT_EQ(ground.sessions.finds, 2);
}

TEST_F(SignInTest, stops_believing_a_session_when_it_expires) {
  const auto phone = in();
  ground.pass(std::chrono::days{7} - seconds{1});
  ASSERT_TRUE(authenticate(phone.token));
  ground.pass(seconds{1});
  EXPECT_FALSE(authenticate(phone.token));
}

TEST_F(SignInTest, ends_every_other_session_when_the_password_changes) {
  const auto phone = in();
  const auto laptop = in();
  ASSERT_TRUE(authenticate(laptop.token));
  EXPECT_TRUE(ground.run(auth.change_password(caller(phone), "secret1", "secret2")));
  EXPECT_TRUE(authenticate(phone.token));
  EXPECT_EQ(authenticate(laptop.token).code(), ErrorCode::unauthorized);
  EXPECT_FALSE(login("secret1"));
  EXPECT_TRUE(login("secret2"));
}

TEST_F(SignInTest, does_not_sign_out_for_a_wrong_old_password) {
  const auto phone = in();
  EXPECT_EQ(ground.run(auth.change_password(caller(phone), "guess", "secret2")).code(),
            ErrorCode::forbidden);
  EXPECT_EQ(ground.run(auth.change_password(caller(phone), "secret1", "short")).code(),
            ErrorCode::invalid_params);
  EXPECT_TRUE(login("secret1"));
}

TEST_F(SignInTest, lists_and_ends_only_ones_own_sessions) {
  const auto phone = in();
  const auto laptop = in();
  const auto bob = *sign_up("bobby");
  ASSERT_TRUE(ground.run(auth.logout(laptop.token)));
  const auto listed = ground.run(auth.sessions(caller(phone)));
  EXPECT_THAT(*listed, SizeIs(2)) << "from registering, and the phone";
  EXPECT_EQ(ground.run(auth.revoke_session(caller(bob), phone.session.id)).code(),
            ErrorCode::not_found);
  EXPECT_TRUE(authenticate(phone.token));
  EXPECT_TRUE(ground.run(auth.revoke_session(caller(phone), phone.session.id)));
  EXPECT_FALSE(authenticate(phone.token));
}

TEST_F(SignInTest, keeps_the_owner_of_a_group_from_erasing_themselves) {
  const auto phone = in();
  auto& room = ground.history.group(9, {alice});
  ground.history.row(room, alice).role = Role::owner;
  EXPECT_EQ(ground.run(auth.erase(caller(phone), "secret1")).code(), ErrorCode::conflict);
  EXPECT_TRUE(authenticate(phone.token));
}

TEST_F(SignInTest, erases_an_account_and_ends_all_that_was_its) {
  const auto phone = in();
  ground.users.rows[alice].nickname = "Alice";
  ground.users.rows[alice].email = "alice@example.org";
  ground.history.group(9, {alice});
  EXPECT_EQ(ground.run(auth.erase(caller(phone), "guess")).code(), ErrorCode::forbidden);
  EXPECT_TRUE(ground.run(auth.erase(caller(phone), "secret1")));
  EXPECT_EQ(ground.users.rows[alice].status, UserStatus::erased);
  EXPECT_EQ(ground.users.rows[alice].nickname, "");
  EXPECT_EQ(ground.users.rows[alice].email, "");
  ASSERT_THAT(ground.history.batches, SizeIs(1));
  const auto& change = std::get<Change>(ground.history.batches[0].items[0]);
  EXPECT_TRUE(std::holds_alternative<change::Leave>(change.body));
  EXPECT_FALSE(authenticate(phone.token));
  EXPECT_FALSE(login("secret1"));
  for (const auto& revoked : ground.sessions.revoked) {
    EXPECT_EQ(revoked.close_code, close_account_ended);
  }
}

TEST(SessionTrust, hears_of_revocations_made_elsewhere) {
  Ground ground;
  const auto user = ground.users.add(1, "alice");
  Session session;
  session.id = SessionId{5};
  session.user = user;
  session.expires_at = ground.clock.at + std::chrono::days{1};
  ASSERT_TRUE(ground.run(ground.sessions.create(session, 0)));
  SessionTrust trust{ground.needs().repo, ground.timers, ground.clock};
  ASSERT_TRUE(ground.run(trust.alive(session.id)));
  RevokeQuery query;
  query.user = user;
  ASSERT_TRUE(ground.run(ground.sessions.revoke(query, ground.clock.at)));
  EXPECT_TRUE(ground.run(trust.alive(session.id))) << "it is believed until the next look";
  ground.run(trust.watch());
  EXPECT_EQ(ground.run(trust.alive(session.id)).code(), ErrorCode::unauthorized);
}

TEST(Beat, repeats_its_work_and_stops_without_waiting) {
  Ground ground;
  Gate gate{ground.loop.get_executor()};
  int beats = 0;
  Beat beat{gate, ground.timers, seconds{2}, [&beats, &ground] {
              ++beats;
              return ground.timers.sleep(Duration::zero());
            }};
  beat.start();
  for (int n = 0; n < 3; ++n) {
    ground.pass(seconds{2});
    ground.pass(Duration::zero());
  }
  EXPECT_EQ(beats, 3);
  beat.stop();
  ground.run(gate.close());
  ground.pass(seconds{10});
  EXPECT_EQ(beats, 3);
}

}  // namespace
}  // namespace gochat::logic::testing
