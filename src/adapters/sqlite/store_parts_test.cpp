// The small parts of the store by themselves.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>
#include <set>

#include "adapters/sqlite/dedup_filter.hpp"
#include "adapters/sqlite/hash_index.hpp"
#include "adapters/sqlite/merge_plan.hpp"
#include "adapters/sqlite/migrations.hpp"
#include "adapters/sqlite/query.hpp"
#include "adapters/sqlite/recent.hpp"
#include "adapters/sqlite/temporary_directory.hpp"

namespace gochat::sqlite {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST(DedupFilter, lets_through_what_it_was_given_and_little_else) {
  std::mt19937_64 numbers{1};
  constexpr std::size_t count = 20'000;
  DedupFilter filter{count};
  std::vector<std::uint64_t> given(count);
  for (std::uint64_t& hash : given) filter.add(hash = numbers());
  for (const std::uint64_t hash : given) ASSERT_TRUE(filter.may_hold(hash));
  std::size_t wrong = 0;
  for (std::size_t n = 0; n < count; ++n) wrong += filter.may_hold(numbers()) ? 1 : 0;
  EXPECT_LT(wrong, count / 50);
  const DedupFilter copy{filter.bytes()};
  for (const std::uint64_t hash : given) ASSERT_TRUE(copy.may_hold(hash));
}

TEST(HashIndex, finds_every_number_of_a_hash) {
  HashIndex index;
  std::vector<std::int64_t> found;
  const auto look = [&](std::uint64_t hash) {
    found.clear();
    index.find(hash, [&](std::int64_t number) {
      found.push_back(number);
      return false;
    });
    return found;
  };
  EXPECT_THAT(look(5), IsEmpty());
  for (std::int64_t n = 1; n <= 1'000; ++n) index.add(static_cast<std::uint64_t>(n) % 500, n);
  EXPECT_EQ(index.size(), 1'000U);
  EXPECT_THAT(look(7), UnorderedElementsAre(7, 507));
  EXPECT_THAT(look(0), UnorderedElementsAre(500, 1'000));
  EXPECT_THAT(look(500), IsEmpty());
}

TEST(MergePlan, puts_a_generation_into_the_order_of_each_table) {
  Generation generation{4};
  const auto add = [&generation](std::int64_t key, std::uint64_t seq, std::int64_t id,
                                 std::uint64_t hash) {
    generation.rows.push_back({ConversationKey{key}, Seq{seq}, MessageId{id}, hash});
  };
  add(2, 7, 101, 30);
  add(1, 3, 102, ~std::uint64_t{0});
  add(2, 8, 103, 10);
  generation.positions.raise({UserId{9}, ConversationKey{1}}, {Seq{3}, Seq{}});
  generation.positions.raise({UserId{4}, ConversationKey{2}}, {Seq{8}, Seq{}});
  generation.session_acks[SessionId{5}][ConversationKey{2}] = Seq{1};
  const MergePlan plan = make_plan(generation);
  std::vector<std::int64_t> ids;
  for (const FreshRow& row : plan.rows) ids.push_back(row.id.number());
  EXPECT_THAT(ids, ElementsAre(102, 101, 103));
  ids.clear();
  // The highest hash is -1 to SQLite.
  for (const auto& entry : plan.hashes) ids.push_back(entry.id.number());
  EXPECT_THAT(ids, ElementsAre(102, 103, 101));
  ASSERT_EQ(plan.heads.size(), 2U);
  EXPECT_EQ(plan.heads[0].up_to, Seq{3});
  EXPECT_EQ(plan.heads[1].up_to, Seq{8});
  EXPECT_EQ(plan.positions.front().user, UserId{4});
  EXPECT_EQ(plan.acks.size(), 1U);
  EXPECT_TRUE(plan.filter->may_hold(10));
}

class RecentTest : public ::testing::Test {
 protected:
  static constexpr ConversationKey key{1};

  void publish(std::uint64_t seq, const std::string& text = "x") {
    auto message = std::make_shared<Message>();
    message->id = MessageId{static_cast<std::int64_t>(100 + seq)};
    message->seq = Seq{seq};
    message->content = text;
    auto head = std::make_shared<Conversation>();
    head->id = world_id;
    head->last_seq = Seq{seq};
    Published published;
    published.heads.push_back({key, head});
    published.rows.push_back({key, message, seq});
    recent_.publish(std::move(published));
  }
  RecentView view(Recent::Range range) {
    return recent_.view(key, [range](const Conversation&) { return range; });
  }
  static std::vector<std::uint64_t> seqs(const RecentView& view) {
    std::vector<std::uint64_t> seqs;
    for (const SharedMessage& message : view.hot) seqs.push_back(message->seq.number());
    return seqs;
  }

  Recent recent_{{4, 100'000, 2}};
};

TEST_F(RecentTest, shows_the_part_that_was_asked_for_from_either_end) {
  for (std::uint64_t n = 11; n <= 20; ++n) publish(n);
  EXPECT_THAT(seqs(view({Seq{1}, Seq{20}, 3, true})), ElementsAre(18, 19, 20));
  EXPECT_THAT(seqs(view({Seq{12}, Seq{20}, 3, false})), ElementsAre(12, 13, 14));
  EXPECT_THAT(seqs(view({Seq{1}, Seq{12}, 9, false})), ElementsAre(11, 12));
  EXPECT_THAT(seqs(view({Seq{1}, Seq{10}, 9, false})), IsEmpty());
  EXPECT_THAT(seqs(view({Seq{21}, Seq{20}, 9, true})), IsEmpty());
  const RecentView some = view({Seq{1}, Seq{20}, 3, true});
  EXPECT_EQ(some.unmerged_from, Seq{18});
  EXPECT_THAT(some.unmerged, ElementsAre(MessageId{118}, MessageId{119}, MessageId{120}));
}

TEST_F(RecentTest, lets_the_tables_answer_for_what_was_merged) {
  for (std::uint64_t n = 1; n <= 4; ++n) publish(n);
  const auto frozen = recent_.freeze();
  publish(5);
  EXPECT_EQ(frozen->rows.size(), 4U);
  EXPECT_EQ(recent_.filling_rows(), 1U);
  EXPECT_THAT(recent_.candidates(2), ElementsAre(MessageId{102}));
  recent_.merged(key, Seq{3});
  const RecentView rest = view({Seq{1}, Seq{5}, 9, false});
  EXPECT_EQ(rest.unmerged_from, Seq{4});
  EXPECT_THAT(rest.unmerged, ElementsAre(MessageId{104}, MessageId{105}));
  recent_.merge_finished();
  EXPECT_THAT(recent_.candidates(2), IsEmpty());
  EXPECT_THAT(recent_.candidates(5), ElementsAre(MessageId{105}));
}

TEST_F(RecentTest, forgets_the_oldest_rows_first) {
  const std::string large(30'000, 'x');
  for (std::uint64_t n = 1; n <= 5; ++n) publish(n, large);
  EXPECT_THAT(seqs(view({Seq{1}, Seq{5}, 9, false})), ElementsAre(3, 4, 5));
}

constexpr std::array two_steps{SchemaStep{1, "CREATE TABLE a (x);"},
                               SchemaStep{2, "CREATE TABLE b (x);"}};

class MigrationsTest : public ::testing::Test {
 protected:
  MigrationsTest() : db_{std::move(*Connection::open(directory_.path() / "x.db"))} {}
  Result<void> run(std::span<const SchemaStep> steps) { return migrate(db_, steps, WallTime{}); }
  std::int64_t tables() {
    return *query_number(db_, "SELECT count(*) FROM sqlite_schema WHERE name IN ('a', 'b')", 0);
  }

  TemporaryDirectory directory_;
  Connection db_;
};

TEST_F(MigrationsTest, run_once_and_go_on_where_they_stopped) {
  ASSERT_TRUE(run(std::span{two_steps}.first(1)));
  EXPECT_EQ(tables(), 1);
  ASSERT_TRUE(run(two_steps));
  ASSERT_TRUE(run(two_steps));
  EXPECT_EQ(tables(), 2);
}

TEST_F(MigrationsTest, leave_nothing_of_a_step_that_fails) {
  const std::array broken{two_steps[0], SchemaStep{2, "CREATE TABLE b (x); CREATE TABLE a (x);"}};
  EXPECT_FALSE(run(broken));
  EXPECT_EQ(tables(), 1);
  EXPECT_TRUE(run(two_steps));
  EXPECT_EQ(tables(), 2);
}

TEST_F(MigrationsTest, refuse_a_newer_schema_by_its_number_and_say_what_to_do) {
  ASSERT_TRUE(run(two_steps));
  const auto refused = run(std::span{two_steps}.first(1));
  EXPECT_EQ(refused.code(), ErrorCode::conflict);
  EXPECT_THAT(refused.error().detail, HasSubstr("schema 2, this program knows 1"));
  EXPECT_THAT(refused.error().hint, HasSubstr("newer gochat"));
}

TEST_F(MigrationsTest, refuse_a_step_that_was_changed_afterwards) {
  ASSERT_TRUE(run(two_steps));
  const std::array changed{SchemaStep{1, "CREATE TABLE a (y);"}, two_steps[1]};
  const auto refused = run(changed);
  EXPECT_EQ(refused.code(), ErrorCode::conflict);
  EXPECT_THAT(refused.error().detail, HasSubstr("step 1"));
}

}  // namespace
}  // namespace gochat::sqlite
