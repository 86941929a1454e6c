// Pages of history from a replica, and when it is not believed.
#include <boost/asio/ip/tcp.hpp>

#include "adapters/mysql/message_reader.hpp"
#include "cluster/mysql_stores_fixture.hpp"

namespace gochat::cluster {
namespace {

using ::testing::IsEmpty;

// Pages of history from a database that stands for a replica: what it holds differs, so that a page
// shows where it came from.
class MysqlReplica : public MysqlStoresTest {
 protected:
  void SetUp() override {
    MysqlStoresTest::SetUp();
    if (!database_) return;
    copy_ = std::make_unique<MysqlDatabase>();
    fill(ask_of(*database_), 10, 5, "primary");
    mysql::StoreOptions with_copy = options();
    with_copy.replicas.push_back(copy_->server());
    close(store_);
    store_ = open(with_copy);
  }

  std::unique_ptr<PoolOnLoop> ask_of(const MysqlDatabase& database) {
    return std::make_unique<PoolOnLoop>(database.server());
  }
  // A conversation with so many messages and events.
  void fill(std::unique_ptr<PoolOnLoop> of, int last_seq, int last_event_no,
            const std::string& text) {
    of->ask(
        "INSERT INTO conversations (id, type, user_lo, user_hi, last_seq, last_event_no, "
        "created_at, updated_at) VALUES ('single_1', 1, 1, 2, " +
        std::to_string(last_seq) + ", " + std::to_string(last_event_no) + ", 0, 0)");
    of->ask(
        "INSERT INTO messages (id, conversation_id, sender_id, client_msg_id, content_hash, "
        "message_type, content, seq_id, created_at) SELECT seq, 'single_1', 1, seq, 0, 1, '" +
        text + "', seq, 0 FROM seq_1_to_" + std::to_string(last_seq));
  }
  void copy_has(int last_seq, int last_event_no) {
    fill(ask_of(*copy_), last_seq, last_event_no, "copy");
  }
  MessagePage page(std::optional<Seq> after, std::optional<Seq> before) {
    PageQuery query;
    query.conversation = ConversationId{"single_1"};
    query.after = after;
    query.before = before;
    query.limit = 4;
    return get(store().messages().page(query));
  }
  std::string source(const MessagePage& page) { return page.messages.front().content; }

  std::unique_ptr<MysqlDatabase> copy_;
};

TEST_F(MysqlReplica, answers_with_history_that_it_has_whole) {
  copy_has(8, 5);
  const MessagePage found = page({}, Seq{9});
  EXPECT_EQ(source(found), "copy");
  EXPECT_EQ(found.from_seq, Seq{5});
  EXPECT_EQ(found.up_to_seq, Seq{8});
  EXPECT_TRUE(found.has_more);
  EXPECT_THAT(found.voids, IsEmpty());
  // The head is the primary's.
  EXPECT_EQ(found.last_seq, Seq{10});
  EXPECT_EQ(store().page_counts().from_replica.value(), 1U);
}

TEST_F(MysqlReplica, is_not_asked_for_what_catches_up_or_is_newest) {
  copy_has(10, 5);
  EXPECT_EQ(source(page(Seq{2}, {})), "primary");
  EXPECT_EQ(source(page({}, {})), "primary");
  EXPECT_EQ(store().page_counts().from_replica.value(), 0U);
}

TEST_F(MysqlReplica, is_not_believed_while_it_lacks_a_message_of_the_page) {
  copy_has(7, 5);
  EXPECT_EQ(source(page({}, Seq{9})), "primary");
  EXPECT_EQ(source(page({}, Seq{8})), "copy");
  EXPECT_EQ(store().page_counts().replica_behind.value(), 1U);
}

TEST_F(MysqlReplica, is_not_believed_while_it_lacks_an_event_that_may_be_a_recall) {
  copy_has(10, 4);
  EXPECT_EQ(source(page({}, Seq{9})), "primary");
  EXPECT_EQ(store().page_counts().replica_behind.value(), 1U);
}

TEST_F(MysqlReplica, is_not_believed_where_it_does_not_know_the_conversation) {
  EXPECT_EQ(source(page({}, Seq{9})), "primary");
  EXPECT_EQ(store().page_counts().replica_behind.value(), 1U);
}

TEST_F(MysqlReplica, is_not_believed_when_it_is_of_another_database) {
  copy_has(10, 5);
  const auto copy = ask_of(*copy_);
  copy->ask("UPDATE meta SET epoch = epoch + 1");
  EXPECT_EQ(source(page({}, Seq{9})), "primary");
  copy->ask("UPDATE meta SET epoch = epoch - 1");
  EXPECT_EQ(source(page({}, Seq{9})), "copy");
}

TEST_F(MysqlReplica, shows_nothing_above_the_head_of_the_primary) {
  copy_has(12, 6);
  const MessagePage found = page({}, Seq{99});
  EXPECT_EQ(source(found), "copy");
  EXPECT_EQ(found.messages.back().seq, Seq{10});
  EXPECT_EQ(found.up_to_seq, Seq{10});
}

TEST_F(MysqlReplica, is_not_missed_when_it_is_away) {
  mysql::StoreOptions away = options();
  away.replicas.push_back(database_->server());
  away.replicas.back().port = 1;
  close(store_);
  store_ = open(away);
  EXPECT_EQ(source(page({}, Seq{9})), "primary");
  EXPECT_EQ(store().page_counts().replica_failed.value(), 1U);
}

// It takes the connection and says nothing.
TEST_F(MysqlReplica, holds_up_no_page_when_it_hangs_and_is_left_alone_then) {
  using boost::asio::ip::tcp;
  const tcp::acceptor silent{loop().context(),
                             tcp::endpoint{boost::asio::ip::address_v4::loopback(), 0}};
  mysql::StoreOptions hanging = options();
  hanging.replicas.push_back(database_->server());
  hanging.replicas.back().port = silent.local_endpoint().port();
  hanging.replica.answer_max = std::chrono::milliseconds{50};
  hanging.replica.breaker = {.failures_in_a_row_max = 1, .open_time = std::chrono::hours{1}};
  close(store_);
  store_ = open(hanging);
  for (int n = 0; n < 3; ++n) EXPECT_EQ(source(page({}, Seq{9})), "primary");
  EXPECT_EQ(store().page_counts().replica_failed.value(), 1U);
}

}  // namespace
}  // namespace gochat::cluster
