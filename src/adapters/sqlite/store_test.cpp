// The store as a whole: what survives, what is refused, and what a failing disk does.
#include "adapters/sqlite/store.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>

#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/store_fixture.hpp"
#include "base/log.hpp"

namespace gochat::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr UserId ann{1};
constexpr UserId bob{2};

// Fails acts of one kind for as long as it is told to.
class FailingDisk final : public DiskObserver {
 public:
  DiskVerdict before(const DiskEvent& event) override {
    if (!on_ || event.file == DiskFile::other) return {};
    if (event.act != act_) return {};
    return {verdict_, 0};
  }
  void fail(DiskAct act, DiskVerdict::Kind verdict) {
    act_ = act;
    verdict_ = verdict;
    on_ = true;
  }
  void heal() { on_ = false; }

 private:
  std::atomic<bool> on_ = false;
  DiskAct act_ = DiskAct::write;
  DiskVerdict::Kind verdict_ = DiskVerdict::Kind::go_on;
};

class StoreTest : public ::testing::Test {
 protected:
  explicit StoreTest(StoreLimits limits = tiny_limits()) : store_{limits, &disk_} {
    log::set_sink([this](std::string_view line) { log_ += line; });
    chat_ = std::get<Changed>(
                store_.append(Change{single_id(ann, bob), change::OpenSingle{ann, bob}, test_time}))
                .head.id;
  }

  LogAnswer send(const std::string& text) {
    return store_.append(draft_of(chat_, ann, "c-" + text, text));
  }
  ErrorCode code_of(const LogAnswer& answer) {
    const auto* error = std::get_if<Error>(&answer);
    return error == nullptr ? ErrorCode::ok : error->code;
  }
  std::vector<std::string> texts() {
    PageQuery query;
    query.conversation = chat_;
    query.limit = 1'000;
    std::vector<std::string> texts;
    for (const Message& message : store_.get(store_->messages().page(query)).messages) {
      texts.push_back(message.content);
    }
    return texts;
  }

  ~StoreTest() override { log::set_sink({}); }

  std::string log_;
  FailingDisk disk_;
  TestStore store_;
  ConversationId chat_;
};

TEST_F(StoreTest, keeps_its_epoch_and_its_history_over_a_restart) {
  send("one");
  const std::uint64_t epoch = store_->epoch();
  EXPECT_NE(epoch, 0U);
  store_.reopen();
  EXPECT_EQ(store_->epoch(), epoch);
  EXPECT_THAT(texts(), ElementsAre("one"));
}

TEST_F(StoreTest, holds_all_that_was_answered_after_a_kill) {
  std::vector<std::string> sent;
  for (int n = 0; n < 200; ++n) {
    sent.push_back(std::to_string(n));
    ASSERT_EQ(code_of(send(sent.back())), ErrorCode::ok);
    if (n % 17 == 0) {
      store_.reopen_copy();
      ASSERT_EQ(texts(), sent);
    }
  }
}

TEST_F(StoreTest, tells_the_highest_id_so_that_new_ones_start_above_it) {
  const auto stored = std::get<Stored>(send("one"));
  store_.reopen();
  EXPECT_EQ(store_->last_id(), stored.id.number());
}

TEST_F(StoreTest, knows_a_repeated_send_after_a_kill) {
  const auto first = std::get<Stored>(send("one"));
  for (int n = 0; n < 100; ++n) send(std::to_string(n));
  store_.reopen_copy();
  const auto again = std::get<Stored>(send("one"));
  EXPECT_TRUE(again.duplicate);
  EXPECT_EQ(again.id, first.id);
}

TEST_F(StoreTest, is_refused_to_another_environment) {
  store_.close();
  const auto refused = store_.try_open("staging");
  ASSERT_EQ(refused.code(), ErrorCode::conflict);
  EXPECT_THAT(refused.error().detail, HasSubstr("\"default\", not to \"staging\""));
  EXPECT_FALSE(refused.error().hint.empty());
}

TEST_F(StoreTest, is_refused_to_an_older_program) {
  store_.close();
  {
    auto db = Connection::open(store_.path(), {.vfs = store_.vfs()});
    ASSERT_TRUE(db->exec("INSERT INTO schema_migrations VALUES (900, 0, 0)"));
  }
  const auto refused = store_.try_open();
  ASSERT_EQ(refused.code(), ErrorCode::conflict);
  EXPECT_THAT(refused.error().detail, HasSubstr("schema 900"));
}

TEST_F(StoreTest, refuses_writes_after_it_was_closed_and_still_reads) {
  send("one");
  store_->close();
  EXPECT_EQ(code_of(send("two")), ErrorCode::unavailable);
  EXPECT_THAT(texts(), ElementsAre("one"));
}

TEST_F(StoreTest, refuses_what_comes_after_its_deadline) {
  store_.now() += std::chrono::seconds{1};
  LogBatch batch;
  batch.items.emplace_back(draft_of(chat_, ann, "late", "late"));
  const auto deadline = store_.now() - std::chrono::milliseconds{1};
  EXPECT_EQ(store_.code(store_->log().append(std::move(batch), deadline)), ErrorCode::timeout);
  EXPECT_TRUE(texts().empty());
}

TEST_F(StoreTest, refuses_writes_on_a_full_disk_and_goes_on_when_there_is_space) {
  send("before");
  disk_.fail(DiskAct::write, DiskVerdict::Kind::no_space);
  EXPECT_EQ(code_of(send("full")), ErrorCode::unavailable);
  EXPECT_EQ(code_of(send("full")), ErrorCode::unavailable);
  EXPECT_THAT(texts(), ElementsAre("before"));
  EXPECT_EQ(store_.code(store_->relations().set_block(ann, bob, true, test_time)),
            ErrorCode::unavailable);
  EXPECT_TRUE(store_->writable());
  disk_.heal();
  EXPECT_EQ(std::get<Stored>(send("after")).seq, Seq{2});
  EXPECT_THAT(texts(), ElementsAre("before", "after"));
  EXPECT_THAT(log_, HasSubstr("writes are refused"));
  EXPECT_THAT(log_, HasSubstr("writes are taken again"));
  store_.reopen_copy();
  EXPECT_THAT(texts(), ElementsAre("before", "after"));
}

// Every step of merges and checkpoints meets the full disk somewhere.
TEST_F(StoreTest, loses_nothing_when_the_disk_is_full_now_and_then) {
  std::vector<std::string> sent;
  for (int n = 0; n < 400; ++n) {
    if (n % 7 == 3) disk_.fail(DiskAct::write, DiskVerdict::Kind::no_space);
    const std::string text = std::to_string(n);
    const LogAnswer answer = send(text);
    disk_.heal();
    if (code_of(answer) == ErrorCode::ok) sent.push_back(text);
  }
  EXPECT_LT(sent.size(), 400U);
  EXPECT_EQ(texts(), sent);
  store_.reopen_copy();
  EXPECT_EQ(texts(), sent);
}

TEST_F(StoreTest, takes_no_write_after_a_failed_sync) {
  send("before");
  disk_.fail(DiskAct::sync, DiskVerdict::Kind::io_error);
  EXPECT_EQ(code_of(send("unknown")), ErrorCode::timeout);
  disk_.heal();
  EXPECT_FALSE(store_->writable());
  EXPECT_THAT(log_, HasSubstr("a sync has failed"));
  EXPECT_EQ(code_of(send("after")), ErrorCode::unavailable);
  EXPECT_THAT(texts(), ElementsAre("before"));
}

// Eight generations of a level become one: after thousands of sends there are few, each message is
// in one of them, and what was replaced is gone.
TEST_F(StoreTest, keeps_few_dedup_generations_and_every_client_id) {
  constexpr int count = 4'000;
  for (int n = 0; n < count; ++n) send(std::to_string(n));
  store_.reopen_copy();
  for (int n = 0; n < count; n += 37) {
    ASSERT_TRUE(std::get<Stored>(send(std::to_string(n))).duplicate) << n;
  }
  store_.close();
  auto db = Connection::open(store_.path(), {.vfs = store_.vfs()});
  const auto number = [&db](std::string_view sql) { return *query_number(*db, sql, 0); };
  EXPECT_LT(number("SELECT count(*) FROM dedup_generations"), 3 * 8 + 1);
  EXPECT_GT(number("SELECT max(level) FROM dedup_generations"), 1);
  const auto merged = number("SELECT message_watermark FROM meta");
  EXPECT_GT(merged, 0);
  auto missing = query_number(*db,
                              "SELECT count(*) FROM messages WHERE id <= ? AND id NOT IN (SELECT "
                              "id FROM message_dedup JOIN dedup_generations USING (generation))",
                              0, merged);
  EXPECT_EQ(*missing, 0);
}

// A merge that meets a damaged table must not take the messages with it.
TEST_F(StoreTest, goes_on_storing_when_merging_has_failed) {
  store_.close();
  {
    auto db = Connection::open(store_.path(), {.vfs = store_.vfs()});
    ASSERT_TRUE(db->exec("DROP TABLE message_order"));
  }
  store_.reopen();
  std::size_t stored = 0;
  LogAnswer last;
  for (int n = 0; n < 200; ++n) {
    last = send(std::to_string(n));
    if (code_of(last) != ErrorCode::ok) break;
    ++stored;
  }
  EXPECT_THAT(log_, HasSubstr("merging has stopped"));
  EXPECT_GE(stored, 2 * tiny_limits().merge_rows);
  EXPECT_EQ(code_of(last), ErrorCode::unavailable);
}

class BusyStoreTest : public StoreTest {
 protected:
  static StoreLimits limits() {
    StoreLimits limits = tiny_limits();
    limits.groups_per_user_max = 2;
    limits.group_members_max = 10;
    return limits;
  }
  BusyStoreTest() : StoreTest{limits()} {}

  LogAnswer create(std::int64_t id, std::uint32_t max_members = 10) {
    Group group;
    group.id = GroupId{id};
    group.name = "g";
    group.owner = ann;
    group.max_members = max_members;
    return store_.append(
        Change{group_conversation_id(group.id), change::CreateGroup{group, {}}, test_time});
  }
};

TEST_F(BusyStoreTest, puts_nobody_into_more_groups_than_anybody_may_have) {
  EXPECT_EQ(code_of(create(1)), ErrorCode::ok);
  EXPECT_EQ(code_of(create(2)), ErrorCode::ok);
  EXPECT_EQ(code_of(create(3)), ErrorCode::conflict);
  store_.append(Change{group_conversation_id(GroupId{1}), change::Disband{ann}, test_time});
  EXPECT_EQ(code_of(create(3)), ErrorCode::ok);
}

TEST_F(BusyStoreTest, makes_no_group_larger_than_any_may_be) {
  EXPECT_EQ(code_of(create(1, 11)), ErrorCode::invalid_params);
  EXPECT_EQ(code_of(create(1, 0)), ErrorCode::invalid_params);
}

TEST_F(BusyStoreTest, finds_a_group_again_whose_creation_is_repeated) {
  EXPECT_TRUE(std::get<Changed>(create(1)).created);
  const auto again = std::get<Changed>(create(1));
  EXPECT_FALSE(again.created);
  EXPECT_TRUE(again.events.empty());
  EXPECT_EQ(again.member_count, 1U);
}

TEST_F(StoreTest, gives_the_second_of_two_pairs_with_one_hash_a_longer_id) {
  // Two pairs whose ids clash cannot be made in a test's time, so the first one's row is renamed.
  constexpr UserId cid{3};
  constexpr UserId dan{4};
  store_.close();
  {
    auto db = Connection::open(store_.path(), {.vfs = store_.vfs()});
    ASSERT_TRUE(execute(*db, "UPDATE conversations SET id = ? WHERE id = ?",
                        single_id(cid, dan).text(), chat_.text()));
  }
  store_.reopen();
  const auto opened = std::get<Changed>(
      store_.append(Change{single_id(cid, dan), change::OpenSingle{cid, dan}, test_time}));
  EXPECT_EQ(opened.head.id, single_id_after_clash(cid, dan));
  EXPECT_EQ(store_.get(store_->conversations().find_single(ann, bob))->id, single_id(cid, dan));
}

}  // namespace
}  // namespace gochat::sqlite
