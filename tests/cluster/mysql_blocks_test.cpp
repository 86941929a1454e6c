// A block and a conversation that come to be at the same moment: a conversation that does not exist
// yet cannot be locked, and a block that does not exist yet cannot be seen.
#include <gmock/gmock.h>

#include "cluster/mysql_log_fixture.hpp"

namespace gochat::cluster {
namespace {

constexpr UserId eve{3};

class MysqlBlocks : public MysqlLog {
 protected:
  // Another process, in a transaction.
  void begin() {
    holder_.emplace(database_->server());
    holder_->ask("BEGIN");
  }
  void block_there() {
    holder_->ask("INSERT INTO blocks (user_id, blocked_id, created_at) VALUES (1, 3, 0)");
  }
  std::shared_ptr<std::optional<Answers>> open_here() {
    const Change change{single_id(ann, eve), change::OpenSingle{ann, eve}, clock_.now()};
    return start(here(), batch({change}), soon());
  }
  static Task<> block(RelationStore* relations, std::shared_ptr<std::optional<bool>> done) {
    *done = static_cast<bool>(co_await relations->set_block(ann, eve, true, WallTime{}));
  }
  // Such a statement of ours is under way.
  bool asks(const std::string& like) {
    PoolOnLoop other{database_->server()};
    const auto rows = other.ask(
        "SELECT id FROM information_schema.processlist WHERE db = DATABASE() AND command = "
        "'Execute' AND info LIKE '" +
        like + "'");
    return !rows.empty();
  }
  std::uint64_t member_version() {
    PoolOnLoop other{database_->server()};
    return other.ask("SELECT member_version FROM conversations WHERE user_hi = 3")[0].uint64(0);
  }
};

TEST_F(MysqlBlocks, a_conversation_is_not_opened_against_a_block_that_comes_meanwhile) {
  begin();
  block_there();
  const auto opened = open_here();
  loop_.run_until(
      [&] { return opened->has_value() || asks("SELECT % FROM blocks % LOCK IN SHARE MODE"); },
      "the second look at the blocks");
  ASSERT_FALSE(opened->has_value()) << "it was opened without a second look";
  release();
  const auto answers = wait_for(opened);
  ASSERT_TRUE(answers) << answers.error().detail;
  EXPECT_EQ(std::get<Error>(answers->front()).code, ErrorCode::blocked);
}

TEST_F(MysqlBlocks, a_block_that_was_taken_back_meanwhile_is_none) {
  begin();
  block_there();
  const auto opened = open_here();
  loop_.run_until([&] { return asks("SELECT % FROM blocks % LOCK IN SHARE MODE"); },
                  "the second look at the blocks");
  holder_->ask("ROLLBACK");
  const auto answers = wait_for(opened);
  ASSERT_TRUE(answers) << answers.error().detail;
  EXPECT_TRUE(std::get<Changed>(answers->front()).created);
}

// Who judged by the first version has not seen the block.
TEST_F(MysqlBlocks, a_block_moves_the_version_of_a_conversation_that_was_opened_meanwhile) {
  begin();
  block_there();
  auto done = std::make_shared<std::optional<bool>>();
  loop_.start(block(&here_->store.relations(), done));
  loop_.run_until([&] { return asks("INSERT INTO blocks%"); }, "a block that is being written");
  holder_->ask(
      "INSERT INTO conversations (id, type, user_lo, user_hi, created_at, updated_at) VALUES "
      "('single_x', 1, 1, 3, 0, 0)");
  holder_->ask("DELETE FROM blocks");
  release();
  loop_.run_until([&] { return done->has_value(); }, "the block");
  EXPECT_TRUE(**done);
  EXPECT_EQ(member_version(), 2U);
}

}  // namespace
}  // namespace gochat::cluster
