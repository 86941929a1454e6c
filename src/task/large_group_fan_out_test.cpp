#include "task/large_group_fan_out.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "async/gather.hpp"
#include "task/testing/ground.hpp"

namespace gochat::task::testing {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::Le;
using ::testing::Not;

class LargeGroupFanOutTest : public ::testing::Test {
 protected:
  Result<void> tell(const protocol::ShardRecord& record) {
    return ground.run(fan_out.process({protocol::encode(record), {}}));
  }
  Result<void> tell_all(Seq seq, std::uint32_t shards) {
    for (std::uint32_t n = 0; n < shards; ++n) {
      if (auto told = tell(shard(seq, n, shards)); !told) return told;
    }
    return {};
  }
  // Everybody who was told, once for each time.
  std::vector<UserId> told(std::string_view gateway = {}) const {
    std::vector<UserId> users;
    for (const auto& one : ground.queue.published) {
      if (!gateway.empty() && one.gateway != gateway) continue;
      const auto& to = one.record.recipients;
      users.insert(users.end(), to.begin(), to.end());
    }
    std::ranges::sort(users);
    return users;
  }

  Ground ground;
  Options options;
  LargeGroupFanOut fan_out{ground.needs(), options};
};

TEST_F(LargeGroupFanOutTest, tells_every_member_in_one_shard_only) {
  ground.groups.make(group, 600);
  for (std::int64_t n = 1; n <= 600; ++n) ground.connect(UserId{n}, n % 2 ? "g1" : "g2");
  ASSERT_TRUE(tell_all(Seq{1}, 4));
  const auto users = told();
  ASSERT_EQ(users.size(), 600U);
  for (std::int64_t n = 1; n <= 600; ++n)
    EXPECT_EQ(users[static_cast<std::size_t>(n) - 1], UserId{n});
  EXPECT_EQ(told("g1").size(), 300U);
  EXPECT_EQ(ground.queue.published.size(), 8U) << "one record for each shard and gateway";
}

TEST_F(LargeGroupFanOutTest, looks_so_many_up_at_a_time) {
  ground.groups.make(group, 1'000);
  ground.connect(UserId{5}, "g1");
  ASSERT_TRUE(tell(shard(Seq{1}, 0, 1)));
  EXPECT_THAT(ground.registry.questions, Each(100U));
  EXPECT_EQ(ground.registry.questions.size(), 10U);
  EXPECT_THAT(told(), ElementsAre(UserId{5}));
}

TEST_F(LargeGroupFanOutTest, tells_those_who_were_members_at_the_messages_seq) {
  auto& list = ground.groups.make(group, 3);
  list.rows[1].join_seq = Seq{5};  // joined after message 5
  list.rows[2].left_seq = Seq{5};  // left after message 5
  for (std::int64_t n = 1; n <= 3; ++n) ground.connect(UserId{n}, "g1");
  ASSERT_TRUE(tell(shard(Seq{5}, 0, 1)));
  EXPECT_THAT(told(), ElementsAre(UserId{1}, UserId{3}));
  ground.queue.published.clear();
  ASSERT_TRUE(tell(shard(Seq{6}, 0, 1)));
  EXPECT_THAT(told(), ElementsAre(UserId{1}, UserId{2}));
}

TEST_F(LargeGroupFanOutTest, reads_the_members_once_for_all_shards_of_a_version) {
  ground.groups.make(group, 600);
  ground.groups.pause = [this] { return ground.timers.sleep(std::chrono::milliseconds{5}); };
  std::vector<Task<Result<void>>> all;
  for (std::uint32_t n = 0; n < 4; ++n) {
    all.push_back(fan_out.process({protocol::encode(shard(Seq{1}, n, 4)), {}}));
  }
  for (const auto& ended : ground.run(gather(std::move(all)))) EXPECT_TRUE(ended);
  EXPECT_EQ(ground.groups.reads, 1);
}

TEST_F(LargeGroupFanOutTest, tells_nobody_by_members_older_than_the_message) {
  auto& list = ground.groups.make(group, 3);
  ground.connect(UserId{3}, "g1");
  ASSERT_TRUE(tell(shard(Seq{1}, 0, 1)));
  auto late = shard(Seq{2}, 0, 1);
  late.members = MemberVersion{2};
  EXPECT_EQ(tell(late).code(), ErrorCode::unavailable);
  list.version = MemberVersion{2};
  list.rows[2].left_seq = Seq{1};
  ground.queue.published.clear();
  ASSERT_TRUE(tell(late));
  EXPECT_THAT(told(), Not(Contains(UserId{3})));
}

TEST_F(LargeGroupFanOutTest, reads_again_when_the_read_it_waited_for_was_too_early) {
  auto& list = ground.groups.make(group, 3);
  ground.connect(UserId{3}, "g1");
  ground.groups.pause = [this] { return ground.timers.sleep(std::chrono::milliseconds{5}); };
  std::vector<Task<Result<void>>> both;
  both.push_back(fan_out.process({protocol::encode(shard(Seq{1}, 0, 1)), {}}));
  both.push_back([](LargeGroupFanOut* teller, MemberList* now) -> Task<Result<void>> {
    now->version = MemberVersion{2};  // while the first is being read
    auto late = shard(Seq{2}, 0, 1);
    late.members = MemberVersion{2};
    co_return co_await teller->process({protocol::encode(late), {}});
  }(&fan_out, &list));
  for (const auto& ended : ground.run(gather(std::move(both)))) EXPECT_TRUE(ended);
  EXPECT_EQ(ground.groups.reads, 2);
}

TEST_F(LargeGroupFanOutTest, carries_the_message_the_excluded_connection_and_the_trace) {
  ground.groups.make(group, 3);
  ground.connect(UserId{2}, "g1");
  ASSERT_TRUE(tell(shard(Seq{4}, 0, 1)));
  ASSERT_EQ(ground.queue.published.size(), 1U);
  const auto& record = ground.queue.published[0].record;
  EXPECT_EQ(record.exclude, ConnectionId{7});
  EXPECT_EQ(record.boot, 1U);
  EXPECT_EQ(std::get<protocol::MessagePush>(record.push).message.content, "hello");
}

TEST_F(LargeGroupFanOutTest, does_not_repeat_the_words_of_what_was_recalled_before_it_was_told) {
  ground.groups.make(group, 3);
  ground.connect(UserId{2}, "g1");
  auto record = shard(Seq{4}, 0, 1);
  auto row = std::get<protocol::MessagePush>(record.told.push).message;
  row.recalled = true;
  ground.messages.rows[row.id] = row;
  ASSERT_TRUE(tell(record));
  EXPECT_EQ(ground.messages.reads, 0) << "told at once";
  ground.clock.at += std::chrono::seconds{3};
  ASSERT_TRUE(tell(record));
  const auto& told = std::get<protocol::MessagePush>(ground.queue.published[1].record.push).message;
  EXPECT_TRUE(told.recalled);
  EXPECT_EQ(told.content, "");
}

TEST_F(LargeGroupFanOutTest, goes_to_every_gateway_when_nobody_knows_who_is_where) {
  ground.groups.make(group, 3);
  ground.directory.all = {{"gateway", "g1", 1, {}}, {"gateway", "g2", 1, {}}};
  ground.registry.away = true;
  ASSERT_TRUE(tell(shard(Seq{1}, 0, 1)));
  EXPECT_EQ(told("g1").size(), 3U);
  EXPECT_EQ(told("g2").size(), 3U);
}

TEST_F(LargeGroupFanOutTest, says_what_no_further_try_will_mend) {
  EXPECT_EQ(ground.run(fan_out.process({"nonsense", {}})).code(), ErrorCode::invalid_params);
  EXPECT_EQ(tell(shard(Seq{1}, 0, 1)).code(), ErrorCode::not_found) << "no such group";
}

}  // namespace
}  // namespace gochat::task::testing
