// What the options of the server say about who may come in, and with what.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "logic/testing/ground.hpp"

namespace gochat::logic::testing {
namespace {

using ::testing::HasSubstr;

struct Server {
  explicit Server(Options options) : logic{ground.needs(), options} {}

  Result<SignedIn> sign_up(std::string name, std::string password, std::string address) {
    return ground.run(logic.api().auth.sign_up({std::move(name), std::move(password), "", ""},
                                               {"phone", std::move(address), false}));
  }

  Ground ground;
  Logic logic;
};

TEST(Admission, without_long_tokens_everybody_gets_a_short_one_and_refreshes) {
  Server server{{.long_tokens = false}};
  const auto in = server.sign_up("alice", "secret1", "192.0.2.1");
  ASSERT_TRUE(in);
  EXPECT_EQ(in->expires_in_seconds, 15 * 60);
  EXPECT_NE(in->refresh_token, "");
}

TEST(Admission, common_passwords_are_refused_where_they_are_unwanted) {
  Server strict{{.refuse_common_passwords = true}};
  const auto refused = strict.sign_up("alice", "password1", "192.0.2.1");
  ASSERT_EQ(refused.code(), ErrorCode::invalid_params);
  EXPECT_THAT(refused.error().hint, HasSubstr("often"));
  const auto in = strict.sign_up("alice", "correct horse", "192.0.2.1");
  ASSERT_TRUE(in);
  const Caller alice{in->user.id, in->session.id, false};
  auto& auth = strict.logic.api().auth;
  EXPECT_EQ(strict.ground.run(auth.change_password(alice, "correct horse", "iloveyou")).code(),
            ErrorCode::invalid_params);
  auto& owner = strict.logic.for_operator();
  EXPECT_EQ(strict.ground.run(owner.reset_password("alice", "iloveyou")).code(),
            ErrorCode::invalid_params);

  Server easy{{}};
  EXPECT_TRUE(easy.sign_up("alice", "password1", "192.0.2.1"));
}

TEST(Admission, an_address_makes_so_many_accounts_and_others_are_not_touched) {
  Server server{{.sign_ups = {.capacity = 2, .per_second = 1.0 / 60}}};
  EXPECT_TRUE(server.sign_up("alice", "secret1", "192.0.2.1"));
  EXPECT_TRUE(server.sign_up("bobby", "secret1", "192.0.2.1"));
  const auto refused = server.sign_up("carol", "secret1", "192.0.2.1");
  ASSERT_EQ(refused.code(), ErrorCode::rate_limited);
  EXPECT_EQ(refused.error().retry_after_ms, 60'000U);
  EXPECT_TRUE(server.sign_up("carol", "secret1", "192.0.2.2"));
}

TEST(Admission, what_is_refused_for_its_form_is_not_counted) {
  Server server{{.sign_ups = {.capacity = 1, .per_second = 1.0 / 60}}};
  EXPECT_EQ(server.sign_up("x", "secret1", "192.0.2.1").code(), ErrorCode::invalid_params);
  EXPECT_TRUE(server.sign_up("alice", "secret1", "192.0.2.1"));
}

TEST(Admission, wrong_passwords_wait_as_long_as_was_said) {
  constexpr std::chrono::minutes longest{40};
  Server server{{.failed_login_delay_max = longest}};
  ASSERT_TRUE(server.sign_up("alice", "secret1", "192.0.2.1"));
  const auto guess = [&] {
    return server.ground.run(
        server.logic.api().auth.login("alice", "a guess", {"phone", "192.0.2.1", false}));
  };
  std::chrono::milliseconds wait{};
  for (int n = 0; n < 100 && wait < longest - std::chrono::seconds{1}; ++n) {
    const auto refused = guess();
    wait = std::chrono::milliseconds{refused.error().retry_after_ms};
    if (refused.code() == ErrorCode::rate_limited) {
      EXPECT_EQ(guess().code(), ErrorCode::rate_limited);
      server.ground.pass(std::chrono::ceil<std::chrono::seconds>(wait) - std::chrono::seconds{1});
      EXPECT_EQ(guess().code(), ErrorCode::rate_limited) << wait.count() << " ms";
      server.ground.pass(std::chrono::seconds{1});
    }
  }
  EXPECT_GE(wait, longest - std::chrono::seconds{1});
}

TEST(Admission, guests_are_counted_by_address_too) {
  Server server{{.guest_visits = {.capacity = 1, .per_second = 1.0 / 60}}};
  auto& auth = server.logic.api().auth;
  EXPECT_TRUE(server.ground.run(auth.guest("", {"phone", "192.0.2.1", false})));
  EXPECT_EQ(server.ground.run(auth.guest("", {"phone", "192.0.2.1", false})).code(),
            ErrorCode::rate_limited);
  EXPECT_TRUE(server.ground.run(auth.guest("", {"phone", "127.0.0.1", false})));
}

}  // namespace
}  // namespace gochat::logic::testing
