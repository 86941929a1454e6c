#include "repo/repo.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "async/drive.hpp"
#include "domain/limits.hpp"

namespace gochat::repo {
namespace {

class FakeUserStore final : public UserStore {
 public:
  Task<Result<void>> create(NewUser user) override {
    if (rows.contains(user.username_key)) co_return refused(ErrorCode::conflict, "username");
    const auto key = user.username_key;
    rows[key] = std::move(user);
    co_return Result<void>{};
  }
  Task<Result<std::vector<User>>> find(std::vector<UserId>) override {
    co_return std::vector<User>{};
  }
  Task<Result<User>> find_by_key(std::string key) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    const auto row = rows.find(key);
    if (row == rows.end()) co_return ErrorCode::not_found;
    co_return row->second.user;
  }
  Task<Result<StoredPassword>> password(UserId id) override {
    for (const auto& [key, row] : rows) {
      if (row.user.id == id) co_return StoredPassword{id, row.password_hash, version, status};
    }
    co_return ErrorCode::not_found;
  }
  Task<Result<User>> edit(UserId, ProfileEdit, WallTime) override { co_return User{}; }
  Task<Result<void>> set_password(UserId id, std::string hash, WallTime) override {
    for (auto& [key, row] : rows) {
      if (row.user.id == id) row.password_hash = hash;
    }
    co_return Result<void>{};
  }
  Task<Result<void>> set_status(UserId, UserStatus, WallTime) override { co_return Result<void>{}; }
  Task<Result<void>> set_role(UserId, UserRole, WallTime) override { co_return Result<void>{}; }
  Task<Result<std::vector<User>>> search(std::string, std::string, UserId, std::size_t) override {
    co_return std::vector<User>{};
  }

  std::map<std::string, NewUser> rows;
  std::uint32_t version = 3;
  UserStatus status = UserStatus::active;
  bool away = false;
};

class FakeHasher final : public PasswordHasher {
 public:
  Task<Result<std::string>> hash(std::string password) override {
    ++hashed;
    co_return "hash of " + password;
  }
  Task<Result<bool>> verify(std::string password, std::string stored) override {
    ++verified;
    longest = std::max(longest, password.size());
    co_return stored == "hash of " + password;
  }

  int hashed = 0;
  int verified = 0;
  std::size_t longest = 0;
};

class UserRepositoryTest : public ::testing::Test {
 protected:
  Result<User> create(std::string name, std::string password, bool guest = false) {
    CreateUser wanted;
    wanted.id = UserId{++last_};
    wanted.username = std::move(name);
    wanted.password = std::move(password);
    wanted.is_guest = guest;
    return drive(loop, users.create_user(std::move(wanted)));
  }
  Result<VerifiedPassword> verify(std::string name, std::string password) {
    return drive(loop, users.verify_password(std::move(name), std::move(password)));
  }

  boost::asio::io_context loop;
  FakeUserStore store;
  FakeHasher hasher;
  UserRepository users{store, hasher};

 private:
  std::int64_t last_ = 0;
};

TEST_F(UserRepositoryTest, stores_a_hash_and_never_the_password) {
  ASSERT_TRUE(create("Alice", "secret1"));
  ASSERT_EQ(store.rows.size(), 1U);
  const auto& row = store.rows.begin()->second;
  EXPECT_EQ(row.username_key, "alice");
  EXPECT_EQ(row.user.username, "Alice");
  EXPECT_EQ(row.password_hash, "hash of secret1");
}

TEST_F(UserRepositoryTest, makes_one_account_of_spellings_that_look_alike) {
  ASSERT_TRUE(create("Alice", "secret1"));
  EXPECT_EQ(create("aLICE", "secret2").code(), ErrorCode::conflict);
  EXPECT_EQ(create("\xEF\xBD\x81lice", "secret2").code(), ErrorCode::conflict) << "full width a";
  EXPECT_TRUE(verify("ALICE", "secret1")->matches);
}

TEST_F(UserRepositoryTest, gives_a_guest_no_password_that_could_match) {
  ASSERT_TRUE(create("guest_1", "", true));
  EXPECT_EQ(hasher.hashed, 0);
  EXPECT_EQ(store.rows.begin()->second.password_hash, "");
}

TEST_F(UserRepositoryTest, costs_one_hash_for_known_unknown_and_impossible_names) {
  ASSERT_TRUE(create("alice", "secret1"));
  int before = hasher.verified;
  for (const auto* name : {"alice", "nobody", "no such name at all!", ""}) {
    const auto verified = verify(name, "guess");
    ASSERT_TRUE(verified);
    EXPECT_FALSE(verified->matches);
    EXPECT_EQ(verified->user.id, UserId{}) << "a wrong password tells nothing of the account";
    EXPECT_EQ(hasher.verified, ++before) << name;
  }
}

TEST_F(UserRepositoryTest, matches_no_password_longer_than_what_is_hashed) {
  const std::string longest(limits::password_bytes_max, 'x');
  ASSERT_TRUE(create("alice", longest));
  EXPECT_TRUE(verify("alice", longest)->matches);
  EXPECT_FALSE(verify("alice", longest + 'y')->matches);
  EXPECT_LE(hasher.longest, limits::password_bytes_max);
  EXPECT_EQ(hasher.verified, 2);
}

TEST_F(UserRepositoryTest, answers_the_version_and_status_that_the_hash_was_read_with) {
  ASSERT_TRUE(create("alice", "secret1"));
  store.status = UserStatus::disabled;
  const auto verified = verify("alice", "secret1");
  ASSERT_TRUE(verified);
  EXPECT_TRUE(verified->matches);
  EXPECT_EQ(verified->user.password_version, 3U);
  EXPECT_EQ(verified->user.status, UserStatus::disabled);
}

TEST_F(UserRepositoryTest, does_not_take_an_absent_store_for_an_absent_user) {
  store.away = true;
  EXPECT_EQ(verify("alice", "secret1").code(), ErrorCode::unavailable);
}

TEST_F(UserRepositoryTest, finds_nobody_under_a_name_that_nobody_can_have) {
  EXPECT_EQ(drive(loop, users.user_by_name("a b c")).code(), ErrorCode::not_found);
}

TEST_F(UserRepositoryTest, replaces_a_password) {
  ASSERT_TRUE(create("alice", "secret1"));
  ASSERT_TRUE(drive(loop, users.change_password(UserId{1}, "secret2", WallTime{})));
  EXPECT_FALSE(verify("alice", "secret1")->matches);
  EXPECT_TRUE(verify("alice", "secret2")->matches);
}

class OnePair final : public ConversationStore {
 public:
  Task<Result<Conversation>> find(ConversationId) override { co_return ErrorCode::not_found; }
  Task<Result<UserConversation>> find_for(UserId, ConversationId) override {
    co_return ErrorCode::not_found;
  }
  Task<Result<std::vector<UserConversation>>> list_for(UserId) override {
    co_return std::vector<UserConversation>{};
  }
  Task<Result<std::optional<Conversation>>> find_single(UserId, UserId) override {
    Conversation head;
    head.user_lo = UserId{1};
    head.user_hi = UserId{2};
    co_return std::optional{head};
  }
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId>) override {
    co_return std::vector<UserMark>{};
  }
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(SessionId) override {
    co_return std::vector<std::pair<ConversationId, Seq>>{};
  }
};

TEST(ConversationRepository, never_gives_the_chat_of_another_pair) {
  boost::asio::io_context loop;
  OnePair store;
  ConversationRepository conversations{store};
  EXPECT_TRUE(drive(loop, conversations.single_of(UserId{2}, UserId{1})));
  EXPECT_EQ(drive(loop, conversations.single_of(UserId{1}, UserId{3})).code(), ErrorCode::internal);
}

}  // namespace
}  // namespace gochat::repo
