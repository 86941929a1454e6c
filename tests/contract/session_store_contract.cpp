#include <gmock/gmock.h>

#include "contract/people_contracts.hpp"

namespace gochat::contract {

using namespace std::chrono_literals;

Session SessionStoreContract::fresh(std::int64_t id, UserId user) {
  Session made;
  made.id = SessionId{id};
  made.user = user;
  made.device = "a browser";
  made.created_at = made.last_seen_at = made.rotated_at = now();
  made.expires_at = now() + 24h;
  return made;
}

SessionId SessionStoreContract::sign_in(std::int64_t id, UserId user) {
  get(stores().sessions().create(fresh(id, user), this->user(user).password_version));
  return SessionId{id};
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::int64_t> ids_of(const std::vector<Session>& sessions) {
  std::vector<std::int64_t> ids;
  for (const Session& one : sessions) ids.push_back(one.id.number());
  return ids;
}

std::vector<std::int64_t> ids_of(const RevokedPage& page) {
  std::vector<std::int64_t> ids;
  for (const RevokedSession& one : page.sessions) ids.push_back(one.session.number());
  return ids;
}

TEST_P(SessionStoreContract, keeps_every_field_of_a_session) {
  const Session made = fresh(7, ann_);
  get(stores().sessions().create(made, user(ann_).password_version));
  const Session found = session(SessionId{7});
  EXPECT_EQ(found.user, ann_);
  EXPECT_EQ(found.device, "a browser");
  EXPECT_EQ(found.gen, made.gen);
  EXPECT_FALSE(found.gen_used);
  EXPECT_EQ(found.created_at, made.created_at);
  EXPECT_EQ(found.last_seen_at, made.last_seen_at);
  EXPECT_EQ(found.expires_at, made.expires_at);
  EXPECT_FALSE(found.revoked);
}

TEST_P(SessionStoreContract, makes_no_session_on_a_password_that_has_changed) {
  const auto version = user(ann_).password_version;
  get(stores().users().set_password(ann_, "another", now()));
  EXPECT_EQ(code(stores().sessions().create(fresh(7, ann_), version)), ErrorCode::unauthorized);
  EXPECT_EQ(code(stores().sessions().find(SessionId{7})), ErrorCode::not_found);
}

TEST_P(SessionStoreContract, makes_no_session_for_who_is_not_active) {
  const auto version = user(ann_).password_version;
  get(stores().users().set_status(ann_, UserStatus::disabled, now()));
  EXPECT_EQ(code(stores().sessions().create(fresh(7, ann_), version)), ErrorCode::unauthorized);
  EXPECT_EQ(code(stores().sessions().create(fresh(8, UserId{77}), version)),
            ErrorCode::unauthorized);
}

TEST_P(SessionStoreContract, lists_the_sessions_of_one_person) {
  const UserId bob = person();
  sign_in(1, ann_);
  sign_in(2, bob);
  sign_in(3, ann_);
  EXPECT_THAT(ids_of(get(stores().sessions().list(ann_))), UnorderedElementsAre(1, 3));
  EXPECT_THAT(get(stores().sessions().list(person())), IsEmpty());
}

TEST_P(SessionStoreContract, lists_revoked_sessions_as_such) {
  sign_in(1, ann_);
  sign_in(2, ann_);
  revoke({.user = ann_, .only = SessionId{1}, .except = {}});
  for (const Session& one : get(stores().sessions().list(ann_))) {
    EXPECT_EQ(one.revoked, one.id == SessionId{1});
  }
}

TEST_P(SessionStoreContract, rotates_from_the_present_generation_only) {
  const SessionId id = sign_in(1, ann_);
  const std::uint32_t gen = session(id).gen;
  const WallTime later = now() + 1min;
  const Session rotated = get(stores().sessions().rotate(id, gen, later));
  EXPECT_EQ(rotated.gen, gen + 1);
  EXPECT_EQ(rotated.rotated_at, later);
  EXPECT_FALSE(rotated.gen_used);
  EXPECT_EQ(code(stores().sessions().rotate(id, gen, later)), ErrorCode::conflict);
  EXPECT_EQ(code(stores().sessions().rotate(id, gen + 2, later)), ErrorCode::conflict);
  EXPECT_EQ(session(id).gen, gen + 1);
  EXPECT_EQ(code(stores().sessions().rotate(SessionId{77}, 0, later)), ErrorCode::not_found);
}

TEST_P(SessionStoreContract, marks_the_present_generation_as_used) {
  const SessionId id = sign_in(1, ann_);
  const std::uint32_t gen = session(id).gen;
  const WallTime later = now() + 1min;
  get(stores().sessions().mark_used(id, gen, later));
  EXPECT_TRUE(session(id).gen_used);
  EXPECT_EQ(session(id).last_seen_at, later);
  get(stores().sessions().rotate(id, gen, later));
  EXPECT_FALSE(session(id).gen_used);
}

TEST_P(SessionStoreContract, revokes_one_or_all_or_all_but_one) {
  for (std::int64_t n = 1; n <= 5; ++n) sign_in(n, ann_);
  const SessionId other = sign_in(6, person());
  EXPECT_EQ(revoke({.user = ann_, .only = SessionId{1}, .except = {}}), 1U);
  EXPECT_EQ(revoke({.user = ann_, .only = {}, .except = SessionId{2}}), 3U);
  EXPECT_FALSE(session(SessionId{2}).revoked);
  EXPECT_EQ(revoke({.user = ann_, .only = {}, .except = {}}), 1U);
  EXPECT_TRUE(session(SessionId{2}).revoked);
  EXPECT_FALSE(session(other).revoked);
}

TEST_P(SessionStoreContract, revokes_nobody_elses_session) {
  const SessionId id = sign_in(1, ann_);
  EXPECT_EQ(revoke({.user = person(), .only = id, .except = {}}), 0U);
  EXPECT_FALSE(session(id).revoked);
}

TEST_P(SessionStoreContract, revokes_once) {
  const SessionId id = sign_in(1, ann_);
  revoke({.user = ann_, .only = id, .except = {}, .close_code = 4006});
  const auto cursor = revoked_since(0).cursor;
  EXPECT_EQ(revoke({.user = ann_, .only = id, .except = {}, .close_code = 4004}), 0U);
  EXPECT_EQ(session(id).revoke_code, 4006);
  EXPECT_THAT(ids_of(revoked_since(cursor)), IsEmpty());
}

TEST_P(SessionStoreContract, rotates_no_revoked_session) {
  const SessionId id = sign_in(1, ann_);
  const std::uint32_t gen = session(id).gen;
  revoke({.user = ann_, .only = id, .except = {}});
  EXPECT_NE(code(stores().sessions().rotate(id, gen, now())), ErrorCode::ok);
  EXPECT_EQ(session(id).gen, gen);
}

TEST_P(SessionStoreContract, tells_revocations_in_order_with_their_close_codes) {
  for (std::int64_t n = 1; n <= 3; ++n) sign_in(n, ann_);
  revoke({.user = ann_, .only = SessionId{2}, .except = {}, .close_code = 4004});
  revoke({.user = ann_, .only = SessionId{1}, .except = {}, .close_code = 4006});
  const RevokedPage page = revoked_since(0);
  EXPECT_THAT(ids_of(page), ElementsAre(2, 1));
  EXPECT_EQ(page.sessions[0].close_code, 4004);
  EXPECT_EQ(page.sessions[1].close_code, 4006);
}

TEST_P(SessionStoreContract, skips_no_revocation_whatever_the_pages_are) {
  constexpr std::int64_t count = 23;
  for (std::int64_t n = 1; n <= count; ++n) sign_in(n, ann_);
  std::vector<std::int64_t> seen;
  std::uint64_t cursor = 0;
  const auto read_on = [&](std::size_t limit) {
    const RevokedPage page = revoked_since(cursor, limit);
    EXPECT_LE(page.sessions.size(), limit);
    cursor = page.cursor;
    for (const auto id : ids_of(page)) seen.push_back(id);
  };
  for (std::int64_t n = 1; n <= 10; ++n) {
    revoke({.user = ann_, .only = SessionId{n}, .except = {}});
    if (n % 3 == 0) read_on(2);
  }
  revoke({.user = ann_, .only = {}, .except = {}});
  for (int n = 0; n < 30; ++n) read_on(2);
  std::ranges::sort(seen);
  std::vector<std::int64_t> all;
  for (std::int64_t n = 1; n <= count; ++n) all.push_back(n);
  EXPECT_EQ(seen, all);
}

TEST_P(SessionStoreContract, keeps_a_cursor_where_nothing_came_after_it) {
  sign_in(1, ann_);
  revoke({.user = ann_, .only = {}, .except = {}});
  const auto cursor = revoked_since(0).cursor;
  EXPECT_EQ(revoked_since(cursor).cursor, cursor);
  sign_in(2, ann_);
  revoke({.user = ann_, .only = {}, .except = {}});
  EXPECT_THAT(ids_of(revoked_since(cursor)), ElementsAre(2));
}

TEST_P(SessionStoreContract, deletes_what_has_expired_in_portions) {
  for (std::int64_t n = 1; n <= 5; ++n) {
    Session made = fresh(n, ann_);
    made.expires_at = now() + (n <= 3 ? 1h : 48h);
    get(stores().sessions().create(made, user(ann_).password_version));
  }
  const WallTime before = now() + 2h;
  EXPECT_EQ(get(stores().sessions().delete_expired(before, 2)), 2U);
  EXPECT_EQ(get(stores().sessions().delete_expired(before, 2)), 1U);
  EXPECT_EQ(get(stores().sessions().delete_expired(before, 2)), 0U);
  EXPECT_THAT(ids_of(get(stores().sessions().list(ann_))), UnorderedElementsAre(4, 5));
}

}  // namespace
}  // namespace gochat::contract
