#include "contract/people_contracts.hpp"

namespace gochat::contract {

SessionTail TailStoreContract::tail(std::int64_t connection, std::uint64_t got) {
  SessionTail made;
  made.session = session_;
  made.connection = ConnectionId{connection};
  made.got = {{ConversationId{"world"}, Seq{got}}, {ConversationId{"group_7"}, Seq{got + 1}}};
  made.unanswered = {"client-1", "日本\n\"語"};
  return made;
}

std::optional<SessionTail> TailStoreContract::inherit(std::int64_t heir,
                                                      std::vector<ConnectionId> open) {
  using std::chrono::minutes;
  return get(stores().tails().inherit(
      {session_, ConnectionId{heir}, std::move(open), now() - minutes{10}}));
}

namespace {

using namespace std::chrono_literals;

std::uint64_t world_seq(const std::optional<SessionTail>& tail) {
  return tail ? tail->got.front().second.number() : 0;
}

TEST_P(TailStoreContract, gives_the_next_socket_what_the_last_one_left) {
  save({tail(1, 41)}, now());
  const auto left = inherit(2);
  ASSERT_TRUE(left);
  EXPECT_EQ(left->session, session_);
  EXPECT_EQ(left->connection, ConnectionId{2});
  EXPECT_EQ(left->got, tail(1, 41).got);
  EXPECT_EQ(left->unanswered, tail(1, 41).unanswered);
}

TEST_P(TailStoreContract, has_nothing_for_a_session_that_left_nothing) {
  SessionTail other = tail(1, 41);
  other.session = SessionId{901};
  save({other}, now());
  EXPECT_FALSE(inherit(2));
}

TEST_P(TailStoreContract, keeps_an_empty_tail_apart_from_none) {
  SessionTail empty;
  empty.session = session_;
  empty.connection = ConnectionId{1};
  save({empty}, now());
  const auto left = inherit(2);
  ASSERT_TRUE(left);
  EXPECT_TRUE(left->got.empty());
  EXPECT_TRUE(left->unanswered.empty());
}

TEST_P(TailStoreContract, keeps_the_last_state_of_each_socket) {
  save({tail(1, 10), tail(2, 20)}, now());
  save({tail(1, 11)}, now());
  EXPECT_EQ(world_seq(inherit(3)), 20U);
  EXPECT_EQ(world_seq(inherit(4, {ConnectionId{3}})), 11U);
}

TEST_P(TailStoreContract, is_inherited_once_while_the_heir_is_there) {
  save({tail(1, 41)}, now());
  EXPECT_TRUE(inherit(2));
  EXPECT_FALSE(inherit(3, {ConnectionId{2}}));
}

TEST_P(TailStoreContract, is_the_heirs_from_then_on_without_being_saved_again) {
  save({tail(1, 41)}, now());
  inherit(2);
  EXPECT_EQ(world_seq(inherit(3)), 41U);
}

TEST_P(TailStoreContract, leaves_open_sockets_their_own) {
  save({tail(1, 10), tail(2, 20)}, now());
  EXPECT_EQ(world_seq(inherit(3, {ConnectionId{2}})), 10U);
  EXPECT_FALSE(inherit(4, {ConnectionId{2}, ConnectionId{3}}));
}

TEST_P(TailStoreContract, forgets_one_socket) {
  save({tail(1, 10), tail(2, 20)}, now());
  get(stores().tails().forget(session_, ConnectionId{2}));
  get(stores().tails().forget(session_, ConnectionId{2}));
  EXPECT_EQ(world_seq(inherit(3)), 10U);
}

TEST_P(TailStoreContract, does_not_give_what_has_expired) {
  save({tail(1, 10)}, now() - 11min);
  EXPECT_FALSE(inherit(2));
  save({tail(1, 10)}, now() - 9min);
  EXPECT_TRUE(inherit(2));
}

TEST_P(TailStoreContract, deletes_what_has_expired_in_portions) {
  for (int n = 1; n <= 5; ++n) save({tail(n, 10)}, now() - (n <= 3 ? 11min : 1min));
  const WallTime before = now() - 10min;
  EXPECT_EQ(get(stores().tails().delete_expired(before, 2)), 2U);
  EXPECT_EQ(get(stores().tails().delete_expired(before, 2)), 1U);
  EXPECT_EQ(get(stores().tails().delete_expired(before, 2)), 0U);
  EXPECT_TRUE(inherit(9));
}

TEST_P(TailStoreContract, takes_long_lists) {
  SessionTail large = tail(1, 1);
  for (int n = 0; n < 5'000; ++n) {
    large.got.emplace_back(ConversationId{"group_" + std::to_string(n)}, Seq{~std::uint64_t{0}});
  }
  save({large}, now());
  const auto left = inherit(2);
  ASSERT_TRUE(left);
  EXPECT_EQ(left->got, large.got);
}

}  // namespace
}  // namespace gochat::contract
