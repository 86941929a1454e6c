// Tokens and passwords.
#include <gmock/gmock.h>

#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {

TokenClaims TokenSignerContract::claims() {
  TokenClaims claims;
  claims.user = UserId{7'301'444'403'200'000'001};
  claims.session = SessionId{9'007'199'254'740'993};
  claims.gen = 4'294'967'295;
  claims.issued_at = wall_time(1'750'000'000'000);
  claims.expires_at = claims.issued_at + std::chrono::minutes{15};
  return claims;
}

namespace {

using namespace std::chrono_literals;

TEST_P(TokenSignerContract, says_what_was_signed) {
  for (const bool guest : {false, true}) {
    TokenClaims signed_claims = claims();
    signed_claims.is_guest = guest;
    const auto verified = port().verify(port().sign(signed_claims), signed_claims.issued_at + 1min);
    ASSERT_TRUE(verified);
    EXPECT_EQ(verified->user, signed_claims.user);
    EXPECT_EQ(verified->session, signed_claims.session);
    EXPECT_EQ(verified->gen, signed_claims.gen);
    EXPECT_EQ(verified->is_guest, guest);
    EXPECT_EQ(verified->issued_at, signed_claims.issued_at);
    EXPECT_EQ(verified->expires_at, signed_claims.expires_at);
  }
}

TEST_P(TokenSignerContract, tells_an_expired_token_from_a_strange_one) {
  const std::string token = port().sign(claims());
  EXPECT_EQ(verify(token, claims().expires_at - 1s), ErrorCode::ok);
  EXPECT_EQ(verify(token, claims().expires_at + 1min), ErrorCode::token_expired);
  EXPECT_EQ(verify("strange", claims().issued_at), ErrorCode::unauthorized);
}

TEST_P(TokenSignerContract, allows_clocks_to_differ_by_half_a_minute_at_most) {
  const std::string token = port().sign(claims());
  EXPECT_EQ(verify(token, claims().expires_at + 31s), ErrorCode::token_expired);
  EXPECT_EQ(verify(token, claims().issued_at - 31s), ErrorCode::unauthorized);
}

TEST_P(TokenSignerContract, notices_every_changed_cut_or_added_byte) {
  const std::string token = port().sign(claims());
  for (std::size_t n = 0; n < token.size(); ++n) {
    std::string changed = token;
    changed[n] = changed[n] == 'A' ? 'B' : 'A';
    EXPECT_EQ(verify(changed, claims().issued_at), ErrorCode::unauthorized) << n;
    EXPECT_EQ(verify(token.substr(0, n), claims().issued_at), ErrorCode::unauthorized) << n;
  }
  for (const char* more : {"=", ".", "A", " ", "\n"}) {
    EXPECT_EQ(verify(token + more, claims().issued_at), ErrorCode::unauthorized);
    EXPECT_EQ(verify(more + token, claims().issued_at), ErrorCode::unauthorized);
  }
}

TEST_P(TokenSignerContract, trusts_its_own_keys_only) {
  EXPECT_EQ(verify(another().sign(claims()), claims().issued_at), ErrorCode::unauthorized);
  EXPECT_FALSE(port().verify_refresh(another().refresh_token(SessionId{1}, 1)));
}

TEST_P(TokenSignerContract, takes_neither_kind_of_token_for_the_other) {
  EXPECT_EQ(verify(port().refresh_token(SessionId{1}, 1), claims().issued_at),
            ErrorCode::unauthorized);
  EXPECT_FALSE(port().verify_refresh(port().sign(claims())));
}

TEST_P(TokenSignerContract, names_session_and_generation_in_a_refresh_token) {
  const auto verified = port().verify_refresh(port().refresh_token(SessionId{42}, 7));
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->session, SessionId{42});
  EXPECT_EQ(verified->gen, 7U);
  EXPECT_TRUE(port().refresh_token(SessionId{42}, 7).starts_with("42.7."));
}

TEST_P(TokenSignerContract, gives_every_session_and_generation_a_secret_of_its_own) {
  const std::string token = port().refresh_token(SessionId{42}, 7);
  EXPECT_NE(token.substr(5), port().refresh_token(SessionId{42}, 8).substr(5));
  EXPECT_NE(token.substr(5), port().refresh_token(SessionId{43}, 7).substr(5));
  EXPECT_EQ(token, port().refresh_token(SessionId{42}, 7));
}

TEST_P(TokenSignerContract, takes_one_spelling_of_a_refresh_token) {
  const std::string secret = port().refresh_token(SessionId{42}, 7).substr(4);
  for (const char* start : {"42.7", "042.7", "+42.7", " 42.7", "42.07", "42.8", "43.7", "-42.7"}) {
    const auto verified = port().verify_refresh(start + secret);
    EXPECT_EQ(verified.ok(), std::string_view{start} == "42.7") << start;
  }
  for (const char* token : {"", ".", "..", "42", "42.7", "42.7.", "42.7.AAAA"}) {
    EXPECT_EQ(port().verify_refresh(token).code(), ErrorCode::unauthorized) << token;
  }
}

TEST_P(TokenSignerContract, reads_tokens_of_a_megabyte_no_further_than_needed) {
  const std::string long_one = port().sign(claims()) + std::string(1 << 20, 'A');
  EXPECT_EQ(verify(long_one, claims().issued_at), ErrorCode::unauthorized);
  EXPECT_FALSE(port().verify_refresh(std::string(1 << 20, '1')));
}

TEST_P(PasswordHasherContract, knows_a_password_again_and_no_other) {
  const std::string stored = hash("correct horse");
  EXPECT_TRUE(verify("correct horse", stored));
  EXPECT_FALSE(verify("correct horsf", stored));
  EXPECT_FALSE(verify("correct horse ", stored));
  EXPECT_FALSE(verify("", stored));
}

TEST_P(PasswordHasherContract, salts_every_hash) { EXPECT_NE(hash("the same"), hash("the same")); }

TEST_P(PasswordHasherContract, knows_nobody_by_an_empty_hash) {
  EXPECT_FALSE(verify("anything", ""));
  EXPECT_FALSE(verify("", ""));
}

TEST_P(PasswordHasherContract, knows_nobody_by_a_hash_that_is_none) {
  EXPECT_FALSE(verify("anything", "anything"));
  EXPECT_FALSE(verify("anything", "$2b$04$"));
  EXPECT_FALSE(verify("anything", "*0"));
}

TEST_P(PasswordHasherContract, reads_every_byte_of_a_password) {
  const std::string longest(72, 'x');
  const std::string stored = hash(longest);
  EXPECT_TRUE(verify(longest, stored));
  EXPECT_FALSE(verify(longest.substr(1), stored));
  EXPECT_FALSE(verify(longest + "x", stored));
}

TEST_P(PasswordHasherContract, hashes_nothing_of_which_it_would_ignore_a_part) {
  EXPECT_EQ(code(port().hash(std::string(73, 'x'))), ErrorCode::invalid_params);
  EXPECT_EQ(code(port().hash(std::string("a\0b", 3))), ErrorCode::invalid_params);
  EXPECT_FALSE(verify(std::string("a\0b", 3), hash("a")));
}

}  // namespace
}  // namespace gochat::contract
