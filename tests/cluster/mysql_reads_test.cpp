// What reads cost: round trips, and rows that the server looks at.
#include "adapters/mysql/message_reader.hpp"
#include "adapters/mysql/users.hpp"
#include "cluster/mysql_stores_fixture.hpp"

namespace gochat::cluster {
namespace {

TEST_F(MysqlStoresTest, a_list_of_a_thousand_costs_as_many_round_trips_as_one_of_ten) {
  make_singles(10);
  const auto before = statements();
  EXPECT_EQ(get(store().conversations().list_for(ann)).size(), 10U);
  const auto ten = statements() - before;
  ask("DELETE FROM conversations WHERE type = 1");
  ask("DELETE FROM messages");
  make_singles(1'000);
  const auto list = get(store().conversations().list_for(ann));
  ASSERT_EQ(list.size(), 1'000U);
  EXPECT_EQ(statements() - before, 2 * ten);
  EXPECT_EQ(list.front().head.last_preview, "hello");
  EXPECT_EQ(list.front().unread(), 1U);
}

TEST_F(MysqlStoresTest, marks_of_hundreds_are_one_round_trip) {
  make_singles(300);
  std::vector<UserId> users;
  for (std::int64_t id = 1; id <= 301; ++id) users.push_back(UserId{id});
  const auto before = statements();
  const auto marks = get(store().conversations().marks(users));
  EXPECT_EQ(statements() - before, 1U);
  ASSERT_EQ(marks.size(), 301U);
  for (const UserMark& one : marks) EXPECT_EQ(one.sum, one.user == ann ? 300U : 1U);
}

// On one connection, so that its session counts the rows that the server reads for it.
class MysqlRowsRead : public MysqlStoresTest {
 protected:
  void SetUp() override {
    MysqlStoresTest::SetUp();
    if (!database_) return;
    mysql::PoolLimits limits;
    limits.connections_max = 1;
    counted_ = std::make_unique<PoolOnLoop>(database_->server(), mysql::ConnectionLimits{}, limits);
  }
  void TearDown() override {
    counted_.reset();
    MysqlStoresTest::TearDown();
  }
  template <class T>
  std::int64_t rows_read(Task<Result<T>> task) {
    counted_->ask("FLUSH STATUS");
    const auto answer = counted_->run(std::move(task));
    if (!answer) throw std::runtime_error{answer.error().detail};
    std::int64_t read = 0;
    for (const mysql::Row row : counted_->ask("SHOW SESSION STATUS LIKE 'Handler_read%'")) {
      read += std::stoll(std::string{row.text(1)});
    }
    return read;
  }

  std::unique_ptr<PoolOnLoop> counted_;
};

TEST_F(MysqlRowsRead, a_page_reads_no_more_than_it_holds_wherever_it_lies) {
  ask("INSERT INTO conversations (id, type, user_lo, user_hi, last_seq, created_at, updated_at) "
      "VALUES ('single_1', 1, 1, 2, 3000, 0, 0)");
  ask("INSERT INTO messages (id, conversation_id, sender_id, client_msg_id, content_hash, "
      "message_type, content, seq_id, created_at) SELECT seq, 'single_1', 1, seq, 0, 1, 'hello', "
      "seq, 0 FROM seq_1_to_3000");
  mysql::MysqlMessageStore messages{counted_->pool()};
  PageQuery query;
  query.conversation = ConversationId{"single_1"};
  query.limit = 10;
  constexpr std::int64_t enough = 60;
  EXPECT_LT(rows_read(messages.page(query)), enough);
  query.before = Seq{1'500};
  EXPECT_LT(rows_read(messages.page(query)), enough);
  query.before.reset();
  query.after = Seq{0};
  EXPECT_LT(rows_read(messages.page(query)), enough);
}

TEST_F(MysqlRowsRead, a_search_reads_only_what_begins_like_it) {
  ask("INSERT INTO users (id, username, username_key, password_hash, nickname, nickname_key, "
      "avatar_url, status, role, is_guest, created_at, updated_at) SELECT seq, CONCAT('user', "
      "seq), "
      "CONCAT('user', seq), '', CONCAT('Nick', seq), CONCAT('nick', seq), '', 1, 1, 0, 0, 0 FROM "
      "seq_1_to_5000");
  ask("ANALYZE TABLE users");
  mysql::MysqlUserStore users{counted_->pool()};
  EXPECT_LT(rows_read(users.search("user123", "nick123", UserId{}, 20)), 150);
}

}  // namespace
}  // namespace gochat::cluster
