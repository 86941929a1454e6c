#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <fstream>

#include "adapters/crypto/bcrypt_hasher.hpp"
#include "adapters/crypto/jwt_signer.hpp"
#include "adapters/crypto/key_file.hpp"
#include "adapters/crypto/system_random.hpp"
#include "async/drive.hpp"
#include "base/bytes.hpp"

namespace gochat::crypto {
namespace {

const WallTime now = wall_time(1'800'000'000'000);

TokenClaims claims() {
  TokenClaims it;
  it.user = UserId{7301444403200000001};
  it.session = SessionId{42};
  it.gen = 3;
  it.issued_at = now;
  it.expires_at = now + std::chrono::minutes{15};
  return it;
}

class Tokens : public testing::Test {
 protected:
  Tokens() {
    token_key_.fill(1);
    refresh_key_.fill(2);
  }
  JwtSigner signer() const { return {token_key_, refresh_key_}; }
  ErrorCode code(std::string_view token) const { return signer().verify(token, now).code(); }

  Key token_key_{};
  Key refresh_key_{};
};

TEST_F(Tokens, a_signed_token_says_what_was_signed) {
  const auto verified = signer().verify(signer().sign(claims()), now);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->user, claims().user);
  EXPECT_EQ(verified->session, claims().session);
  EXPECT_EQ(verified->gen, 3U);
  EXPECT_EQ(verified->expires_at, claims().expires_at);
  EXPECT_FALSE(verified->is_guest);
}

TEST_F(Tokens, expires_after_its_time_and_the_leeway) {
  const std::string token = signer().sign(claims());
  const WallTime end = claims().expires_at;
  EXPECT_TRUE(signer().verify(token, end + std::chrono::seconds{29}));
  EXPECT_EQ(signer().verify(token, end + std::chrono::seconds{30}).code(),
            ErrorCode::token_expired);
}

TEST_F(Tokens, one_from_the_future_is_refused) {
  EXPECT_FALSE(signer().verify(signer().sign(claims()), now - std::chrono::seconds{31}));
}

TEST_F(Tokens, every_changed_byte_is_noticed) {
  const std::string token = signer().sign(claims());
  for (std::size_t n = 0; n < token.size(); ++n) {
    std::string changed = token;
    changed[n] = changed[n] == 'A' ? 'B' : 'A';
    EXPECT_EQ(code(changed), ErrorCode::unauthorized) << n;
  }
}

TEST_F(Tokens, other_algorithms_keys_and_shapes_are_refused) {
  const std::string token = signer().sign(claims());
  const std::string body = token.substr(token.find('.'));
  EXPECT_EQ(code(to_base64url(R"({"alg":"none"})") + body), ErrorCode::unauthorized);
  EXPECT_EQ(code(to_base64url(R"({"alg":"HS256","typ":"JWT","kid":"../../dev/null"})") + body),
            ErrorCode::unauthorized);
  EXPECT_EQ(code(token.substr(0, token.rfind('.') + 1)), ErrorCode::unauthorized);
  EXPECT_EQ(code(token + "="), ErrorCode::unauthorized);
  EXPECT_EQ(code(""), ErrorCode::unauthorized);
  EXPECT_EQ(code(std::string(1 << 20, 'x')), ErrorCode::unauthorized);
  Key other{};
  other.fill(9);
  EXPECT_EQ(code(JwtSigner(other, refresh_key_).sign(claims())), ErrorCode::unauthorized);
  EXPECT_EQ(code(JwtSigner(token_key_, refresh_key_, {.issuer = "another"}).sign(claims())),
            ErrorCode::unauthorized);
  EXPECT_EQ(code(JwtSigner(token_key_, refresh_key_, {.audience = "another"}).sign(claims())),
            ErrorCode::unauthorized);
}

TEST_F(Tokens, a_refresh_token_is_bound_to_session_and_generation) {
  const std::string token = signer().refresh_token(SessionId{42}, 7);
  const auto verified = signer().verify_refresh(token);
  ASSERT_TRUE(verified);
  EXPECT_EQ(verified->session, SessionId{42});
  EXPECT_EQ(verified->gen, 7U);
  EXPECT_FALSE(signer().verify_refresh("42.8" + token.substr(4)));
  EXPECT_FALSE(signer().verify_refresh("042.7" + token.substr(4)));
  EXPECT_FALSE(signer().verify_refresh("+42.7" + token.substr(4)));
  EXPECT_FALSE(signer().verify_refresh(token.substr(0, token.size() - 1)));
  EXPECT_FALSE(signer().verify_refresh(""));
}

class Keys : public testing::Test {
 protected:
  Keys() {
    std::string pattern = testing::TempDir() + "/gochat-keys-XXXXXX";
    folder_ = mkdtemp(pattern.data());
  }
  ~Keys() override { std::filesystem::remove_all(folder_); }
  std::filesystem::path path() const { return folder_ / "token.key"; }

  std::filesystem::path folder_;
  SystemRandom random_;
};

TEST_F(Keys, are_made_once_and_found_again) {
  const auto first = load_or_create_key(path(), random_);
  const auto second = load_or_create_key(path(), random_);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(*first, *second);
  struct stat status{};
  ASSERT_EQ(stat(path().c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 0777, 0600U);
}

TEST_F(Keys, that_others_can_read_or_that_were_cut_are_refused) {
  ASSERT_TRUE(load_or_create_key(path(), random_));
  ASSERT_EQ(chmod(path().c_str(), 0640), 0);
  const auto open_to_group = load_or_create_key(path(), random_);
  ASSERT_FALSE(open_to_group);
  EXPECT_THAT(open_to_group.error().hint, testing::HasSubstr("chmod 600"));
  ASSERT_EQ(chmod(path().c_str(), 0600), 0);
  std::filesystem::resize_file(path(), 31);
  EXPECT_FALSE(load_or_create_key(path(), random_));
}

class Passwords : public testing::Test {
 protected:
  std::string hash(const std::string& password) {
    auto made = drive(loop_, hasher_.hash(password));
    EXPECT_TRUE(made);
    return made ? *made : "";
  }
  bool verify(const std::string& password, const std::string& stored) {
    auto answer = drive(loop_, hasher_.verify(password, stored));
    return answer && *answer;
  }

  boost::asio::io_context loop_;
  InlineExecutor pool_;
  SystemRandom random_;
  BcryptHasher hasher_{pool_, random_, {.cost = 4}};
};

TEST_F(Passwords, verify_what_was_hashed_and_nothing_else) {
  const std::string stored = hash("correct horse");
  EXPECT_TRUE(stored.starts_with("$2b$04$"));
  EXPECT_TRUE(verify("correct horse", stored));
  EXPECT_FALSE(verify("correct horsf", stored));
  EXPECT_NE(stored, hash("correct horse"));
}

TEST_F(Passwords, of_72_bytes_count_whole_and_longer_ones_are_refused) {
  const std::string longest(72, 'x');
  const std::string stored = hash(longest);
  EXPECT_FALSE(verify(longest.substr(1), stored));
  EXPECT_FALSE(verify(longest + 'x', stored));
  EXPECT_EQ(drive(loop_, hasher_.hash(longest + 'x')).code(), ErrorCode::invalid_params);
  EXPECT_EQ(drive(loop_, hasher_.hash(std::string("a\0b", 3))).code(), ErrorCode::invalid_params);
}

TEST_F(Passwords, cost_one_hash_for_known_and_unknown_users_alike) {
  const std::string stored = hash("x");
  const auto before = hasher_.hashes();
  EXPECT_FALSE(verify("wrong", stored));
  EXPECT_EQ(hasher_.hashes(), before + 1);
  EXPECT_FALSE(verify("wrong", ""));
  EXPECT_EQ(hasher_.hashes(), before + 2);
}

class FullPool final : public Executor {
 public:
  bool post(std::move_only_function<void()>) override { return false; }
};

TEST_F(Passwords, are_refused_when_the_pool_is_full) {
  FullPool full;
  BcryptHasher busy{full, random_, {.cost = 4}};
  EXPECT_EQ(drive(loop_, busy.hash("x")).code(), ErrorCode::overloaded);
}

}  // namespace
}  // namespace gochat::crypto
