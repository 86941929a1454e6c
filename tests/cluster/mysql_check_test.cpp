// What a check of the tables finds, and what it mends.
#include "adapters/mysql/store_check.hpp"
#include "cluster/mysql_stores_fixture.hpp"

namespace gochat::cluster {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

class MysqlCheck : public MysqlStoresTest {
 protected:
  void SetUp() override {
    MysqlStoresTest::SetUp();
    if (!database_) return;
    make_singles(3);
    ask("INSERT INTO `groups` VALUES (9, 'team', '', '', 1, 1, 200, 1, 0, 0, 1, 0, 0)");
    ask("INSERT INTO conversations (id, type, group_id, last_event_no, created_at, updated_at) "
        "VALUES ('group_9', 2, 9, 1, 0, 0)");
    ask("INSERT INTO group_members (group_id, user_id, role, muted_until, join_seq, joined_at) "
        "VALUES (9, 1, 3, 0, 0, 0)");
    ask("INSERT INTO conversation_events VALUES ('group_9', 1, 0, 1, 1, 1, 0, 0)");
  }
  std::vector<mysql::Finding> check(mysql::Mending mending = mysql::Mending::off) {
    mysql::CheckLimits limits;
    limits.subjects_at_once = 2;  // so that every walk has several portions
    return sql_->run(mysql::check_store(&sql_->pool(), mending, limits)).value();
  }
  // "what: subject, stored/counted" of each.
  std::vector<std::string> found(mysql::Mending mending = mysql::Mending::off) {
    std::vector<std::string> lines;
    for (const mysql::Finding& one : check(mending)) {
      lines.push_back(std::string{one.what} + ": " + one.subject + ", " +
                      std::to_string(one.stored) + "/" + std::to_string(one.counted));
    }
    return lines;
  }
  // Finds exactly this, mends it, and finds nothing more.
  void expect_mends(const std::string& line) {
    EXPECT_THAT(found(), ElementsAre(line));
    for (const mysql::Finding& one : check(mysql::Mending::on)) EXPECT_TRUE(one.mended);
    EXPECT_THAT(found(), IsEmpty());
  }
  void expect_leaves(const std::string& line) {
    EXPECT_THAT(found(mysql::Mending::on), ElementsAre(line));
    EXPECT_THAT(found(), ElementsAre(line));
  }
};

TEST_F(MysqlCheck, finds_nothing_in_tables_that_agree) { EXPECT_THAT(found(), IsEmpty()); }

TEST_F(MysqlCheck, raises_a_last_seq_to_its_messages) {
  ask("UPDATE conversations SET last_seq = 0, last_message_id = 0 WHERE id = 'single_3'");
  EXPECT_THAT(found(), ElementsAre("the last seq is below that of a message: single_3, 0/1"));
  check(mysql::Mending::on);
  EXPECT_THAT(found(), IsEmpty());
  EXPECT_EQ(ask("SELECT last_message_id FROM conversations WHERE id = 'single_3'")[0].int64(0), 3);
}

TEST_F(MysqlCheck, gives_no_seq_again_whose_message_is_gone) {
  ask("DELETE FROM messages WHERE conversation_id = 'single_3'");
  expect_leaves("messages are missing: single_3, 1/0");
  EXPECT_EQ(ask("SELECT last_seq FROM conversations WHERE id = 'single_3'")[0].int64(0), 1);
}

TEST_F(MysqlCheck, names_the_last_message_anew) {
  ask("UPDATE conversations SET last_message_id = 77 WHERE id = 'single_2'");
  expect_mends("the last message is another: single_2, 77/2");
}

TEST_F(MysqlCheck, raises_an_event_number_to_its_events) {
  ask("UPDATE conversations SET last_event_no = 0 WHERE id = 'group_9'");
  expect_mends("the last event number is below that of an event: group_9, 0/1");
}

TEST_F(MysqlCheck, says_that_events_are_missing) {
  ask("DELETE FROM conversation_events");
  expect_leaves("events are missing: group_9, 1/0");
}

TEST_F(MysqlCheck, counts_members_anew) {
  ask("UPDATE `groups` SET member_count = 5");
  expect_mends("the member count is another: 9, 5/1");
  EXPECT_EQ(ask("SELECT version FROM `groups`")[0].int64(0), 2);
}

TEST_F(MysqlCheck, says_that_a_group_has_no_owner) {
  ask("UPDATE group_members SET role = 1");
  expect_leaves("the owner is not in the group as its owner: 9, 1/1");
}

TEST_F(MysqlCheck, says_what_belongs_to_nothing) {
  ask("DELETE FROM conversations WHERE id IN ('single_2', 'group_9')");
  EXPECT_THAT(found(mysql::Mending::on),
              ElementsAre("a group has no conversation: 9, 9/0",
                          "messages belong to no conversation: single_2, 1/0"));
  ask("DELETE FROM `groups`");
  ask("INSERT INTO conversations (id, type, group_id, created_at, updated_at) VALUES ('group_8', "
      "2, 8, 0, 0)");
  EXPECT_THAT(found(), ElementsAre("a group's conversation has no group: group_8, 8/0",
                                   "messages belong to no conversation: single_2, 1/0"));
}

TEST_F(MysqlCheck, takes_positions_away_that_belong_to_nothing) {
  ask("INSERT INTO read_positions VALUES (1, 'single_2', 1, 1, 0, 0, 0), (1, 'gone', 1, 1, 0, 0, "
      "0)");
  expect_mends("positions belong to no conversation: 1, 1/0");
  EXPECT_EQ(ask("SELECT conversation_id FROM read_positions")[0].text(0), "single_2");
  ask("INSERT INTO session_positions VALUES (5, 'single_2', 1)");
  expect_mends("positions belong to no session: 5, 1/0");
}

}  // namespace
}  // namespace gochat::cluster
