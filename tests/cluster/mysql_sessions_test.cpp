// Sign-ins and revocations of processes that share a database.
#include <algorithm>

#include "cluster/mysql_stores_fixture.hpp"

namespace gochat::cluster {
namespace {

class MysqlSessions : public MysqlStoresTest {
 protected:
  // Starts the task; its code is known when somebody lets it go on.
  template <class T>
  std::shared_ptr<std::optional<ErrorCode>> start(Task<Result<T>> task) {
    auto code = std::make_shared<std::optional<ErrorCode>>();
    loop().start(note(std::move(task), code));
    return code;
  }
  // The server tells nobody that somebody waits: it is asked.
  void until_somebody_waits() {
    while (ask("SHOW GLOBAL STATUS LIKE 'Innodb_row_lock_current_waits'")[0].text(1) == "0") {
      loop().pass(std::chrono::milliseconds{1});
    }
  }
  // Until it is done: on a slow disk one may give up its place in the line.
  static Task<> revoke(SessionStore* sessions, UserId user, WallTime at, std::int64_t* ended) {
    bool done = false;
    while (!done) done = (co_await sessions->revoke({user, {}, {}, 4004}, at)).ok();
    ++*ended;
  }

 private:
  template <class T>
  static Task<> note(Task<Result<T>> task, std::shared_ptr<std::optional<ErrorCode>> code) {
    *code = (co_await std::move(task)).code();
  }
};

TEST_F(MysqlSessions, a_sign_in_waits_for_a_change_of_the_password_and_is_refused) {
  person(ann, "ann");
  auto other = get(sql_->pool().lease(loop().soon()));
  get(other->begin(loop().soon()));
  get(other->run_text("UPDATE users SET password_version = 1", loop().soon()));
  const auto code = start(store().sessions().create(session(7), 0));
  until_somebody_waits();
  EXPECT_FALSE(*code);
  get(other->commit(loop().soon()));
  loop().run_until([&] { return code->has_value(); }, "the sign-in");
  EXPECT_EQ(*code, ErrorCode::unauthorized);
}

TEST_F(MysqlSessions, a_sign_in_that_comes_first_is_there_to_be_revoked) {
  person(ann, "ann");
  auto other = get(sql_->pool().lease(loop().soon()));
  get(other->begin(loop().soon()));
  get(other->run_text("SELECT id FROM users FOR UPDATE", loop().soon()));
  const auto signed_in = start(store().sessions().create(session(7), 0));
  until_somebody_waits();
  const auto revoked = start(store().sessions().revoke({ann, {}, {}, 4004}, clock_.now()));
  EXPECT_FALSE(*signed_in || *revoked);
  get(other->commit(loop().soon()));
  loop().run_until([&] { return *signed_in && *revoked; }, "both");
  EXPECT_EQ(*signed_in, ErrorCode::ok);
  EXPECT_EQ(*revoked, ErrorCode::ok);
  EXPECT_TRUE(get(store().sessions().find(SessionId{7})).revoked);
}

// Two processes revoke at once, and a third follows them with its cursor.
TEST_F(MysqlSessions, a_reader_with_a_cursor_misses_no_revocation) {
  constexpr std::int64_t people = 20;
  auto second = open(options());
  std::size_t sessions = 0;
  for (std::int64_t id = 1; id <= people; ++id) {
    person(UserId{id}, "person" + std::to_string(id));
    for (int n = 0; n < 3; ++n) {
      Session made = session(static_cast<std::int64_t>(++sessions));
      made.user = UserId{id};
      get(store().sessions().create(made, 0));
    }
  }
  std::int64_t ended = 0;
  for (std::int64_t id = 1; id <= people; ++id) {
    auto& by = (id % 2 == 0 ? store() : *second).sessions();
    loop().start(revoke(&by, UserId{id}, clock_.now(), &ended));
  }
  std::vector<std::int64_t> seen;
  std::uint64_t cursor = 0;
  loop().run_until(
      [&] {
        const RevokedPage page = get(store().sessions().revoked_since(cursor, 7));
        for (const RevokedSession& one : page.sessions) seen.push_back(one.session.number());
        cursor = page.cursor;
        return seen.size() >= sessions;
      },
      "every revocation");
  std::ranges::sort(seen);
  EXPECT_TRUE(std::ranges::adjacent_find(seen) == seen.end());
  EXPECT_EQ(cursor, sessions);
  // What is committed can be read a moment before its caller hears of it.
  loop().run_until([&] { return ended == people; }, "the end of every revocation");
  close(second);
}

TEST_F(MysqlSessions, takes_what_a_session_acknowledged_away_with_it) {
  person(ann, "ann");
  get(store().sessions().create(session(7), 0));
  ask("INSERT INTO session_positions VALUES (7, 'single_1', 3), (8, 'single_1', 4)");
  EXPECT_EQ(get(store().sessions().delete_expired(clock_.now(), 10)), 1U);
  EXPECT_EQ(ask("SELECT sid FROM session_positions")[0].int64(0), 8);
}

}  // namespace
}  // namespace gochat::cluster
