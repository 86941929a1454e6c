#include "contract/people_contracts.hpp"

namespace gochat::contract {
namespace {

using namespace std::chrono_literals;

const IdempotencyKey request{UserId{1}, "POST /groups", "key-1", 0xfedc'ba98'7654'3210};

TEST_P(IdempotencyStoreContract, lets_the_first_one_work_and_answers_the_rest) {
  auto& keys = stores().keys();
  EXPECT_EQ(begin(request, now()), std::nullopt);
  get(keys.finish(request, R"({"id":"7"})"));
  EXPECT_EQ(begin(request, now() + 1h), R"({"id":"7"})");
}

TEST_P(IdempotencyStoreContract, tells_the_second_one_that_the_first_is_at_work) {
  begin(request, now());
  EXPECT_EQ(code(stores().keys().begin(request, now() + 59s)), ErrorCode::in_progress);
}

TEST_P(IdempotencyStoreContract, lets_another_one_work_when_the_first_took_longer_than_a_minute) {
  begin(request, now());
  EXPECT_EQ(begin(request, now() + 61s), std::nullopt);
  EXPECT_EQ(code(stores().keys().begin(request, now() + 62s)), ErrorCode::in_progress);
}

TEST_P(IdempotencyStoreContract, lets_the_next_one_work_when_the_first_gave_up) {
  begin(request, now());
  get(stores().keys().forget(request));
  EXPECT_EQ(begin(request, now()), std::nullopt);
}

TEST_P(IdempotencyStoreContract, refuses_another_body_under_the_same_key) {
  IdempotencyKey other = request;
  other.body_hash += 1;
  begin(request, now());
  EXPECT_EQ(code(stores().keys().begin(other, now())), ErrorCode::idempotency_conflict);
  get(stores().keys().finish(request, "done"));
  EXPECT_EQ(code(stores().keys().begin(other, now())), ErrorCode::idempotency_conflict);
}

TEST_P(IdempotencyStoreContract, keeps_users_routes_and_keys_apart) {
  begin(request, now());
  IdempotencyKey other = request;
  other.user = UserId{2};
  EXPECT_EQ(begin(other, now()), std::nullopt);
  other = request;
  other.route = "POST /friends";
  EXPECT_EQ(begin(other, now()), std::nullopt);
  other = request;
  other.key = "KEY-1";
  EXPECT_EQ(begin(other, now()), std::nullopt);
}

TEST_P(IdempotencyStoreContract, deletes_what_has_expired_in_portions) {
  for (int n = 1; n <= 5; ++n) {
    IdempotencyKey one = request;
    one.key = std::to_string(n);
    begin(one, now() + (n <= 3 ? 0h : 24h));
    get(stores().keys().finish(one, "done"));
  }
  const WallTime before = now() + 1h;
  EXPECT_EQ(get(stores().keys().delete_expired(before, 2)), 2U);
  EXPECT_EQ(get(stores().keys().delete_expired(before, 2)), 1U);
  EXPECT_EQ(get(stores().keys().delete_expired(before, 2)), 0U);
  IdempotencyKey young = request;
  young.key = "5";
  EXPECT_EQ(begin(young, now() + 24h), "done");
}

}  // namespace
}  // namespace gochat::contract
