#include "logic/large_groups.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "logic/testing/ground.hpp"
#include "protocol/dead_letter_topics.hpp"
#include "protocol/message_task.hpp"

namespace gochat::logic::testing {
namespace {

using protocol::MessagePush;
using protocol::ShardRecord;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LargeGroupsTest : public ::testing::Test {
 protected:
  // A group of users 1 to `members`, all of them at g1.
  FakeHistory::Room& group_of_size(std::int64_t size) {
    std::vector<UserId> users;
    for (std::int64_t n = 1; n <= size; ++n) {
      users.emplace_back(n);
      ground.connect(UserId{n}, "g1");
    }
    return ground.history.group(9, std::move(users));
  }
  void grow_to(FakeHistory::Room& room, std::int64_t size) {
    room.rows.clear();
    for (std::int64_t n = 1; n <= size; ++n) room.rows.emplace_back().user = UserId{n};
    room.head.member_version = next(room.head.member_version);
  }
  Outgoing message(FakeHistory::Room& room, Seq seq) {
    Outgoing item;
    item.origin = {"g1", 1, ConnectionId{7}, "r1"};
    item.receipt.emplace();
    item.receipt->connection = ConnectionId{7};
    item.receipt->seq = seq;
    item.push.emplace();
    item.push->message.id = MessageId{50};
    item.push->message.sender = UserId{1};
    item.push->message.conversation = room.head.id;
    item.push->message.seq = seq;
    item.members = room.head.member_version;
    item.trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    return item;
  }
  Result<void> deliver(FakeHistory::Room& room, Seq seq) {
    ground.queue.published.clear();
    ground.queue.others.clear();
    std::vector<Outgoing> batch;
    batch.push_back(message(room, seq));
    return ground.run(fan_out.deliver(std::move(batch)));
  }
  std::vector<ShardRecord> shards() const {
    std::vector<ShardRecord> all;
    for (const auto& record : ground.queue.others) {
      EXPECT_EQ(record.topic, protocol::large_group_topic);
      auto shard = protocol::decode_shard(record.value);
      EXPECT_TRUE(shard.ok());
      if (shard) all.push_back(*std::move(shard));
    }
    return all;
  }
  bool told_here() const { return !ground.queue.pushes<MessagePush>().empty(); }

  Ground ground;
  Options options;
  Members members{ground.needs().repo, ground.timers};
  dispatch::Downstream downstream{ground.queue, ground.timers, std::chrono::seconds{5}};
  dispatch::Locator locator{ground.registry, ground.directory, 1'000};
  Inboxes inboxes{ground.needs().repo, ground.clock};
  LargeGroups large_groups{options};
  dispatch::DeadLetterOffice letters{ground.queue, ground.clock, ground.timers,
                                     options.publish_deadline};
  TaskRequests task_requests{ground.needs(), options, letters};
  FanOut fan_out{{members, locator, downstream, inboxes, large_groups, task_requests}};
};

TEST_F(LargeGroupsTest, tells_five_hundred_members_here) {
  auto& room = group_of_size(500);
  ASSERT_TRUE(deliver(room, Seq{1}));
  EXPECT_TRUE(told_here());
  EXPECT_THAT(shards(), IsEmpty());
}

TEST_F(LargeGroupsTest, leaves_more_to_task_and_answers_the_sender_at_once) {
  auto& room = group_of_size(501);
  ASSERT_TRUE(deliver(room, Seq{1}));
  EXPECT_FALSE(told_here());
  EXPECT_EQ(ground.registry.questions.size(), 0U) << "who is where is task's question";
  ASSERT_EQ(ground.queue.receipts().size(), 1U);
  EXPECT_EQ(ground.queue.receipts()[0].connection, ConnectionId{7});
  const auto records = shards();
  ASSERT_EQ(records.size(), protocol::shards_min);
  std::set<std::uint32_t> numbers;
  std::set<std::string> keys;
  for (std::size_t n = 0; n < records.size(); ++n) {
    const ShardRecord& record = records[n];
    EXPECT_EQ(record.shards, protocol::shards_min);
    EXPECT_EQ(record.members, room.head.member_version);
    EXPECT_EQ(record.told.exclude, ConnectionId{7});
    EXPECT_EQ(std::get<MessagePush>(record.told.push).message.seq, Seq{1});
    numbers.insert(record.shard);
    keys.insert(ground.queue.others[n].key);
    EXPECT_EQ(ground.queue.others[n].trace, message(room, Seq{1}).trace);
  }
  EXPECT_THAT(numbers, ElementsAre(0U, 1U, 2U, 3U));
  EXPECT_EQ(keys.size(), 4U);
}

TEST_F(LargeGroupsTest, takes_a_group_back_only_when_it_is_clearly_smaller) {
  auto& room = group_of_size(501);
  ASSERT_TRUE(deliver(room, Seq{1}));
  EXPECT_FALSE(told_here());
  for (const std::int64_t members : {500, 451}) {
    grow_to(room, members);
    ASSERT_TRUE(deliver(room, Seq{2}));
    EXPECT_FALSE(told_here()) << members;
  }
  grow_to(room, 450);
  ASSERT_TRUE(deliver(room, Seq{3}));
  EXPECT_TRUE(told_here());
  grow_to(room, 500);
  ASSERT_TRUE(deliver(room, Seq{4}));
  EXPECT_TRUE(told_here()) << "it was not large lately";
  grow_to(room, 501);
  ASSERT_TRUE(deliver(room, Seq{5}));
  EXPECT_FALSE(told_here());
}

TEST_F(LargeGroupsTest, counts_members_and_not_rows) {
  auto& room = group_of_size(501);
  room.rows[3].left_seq = Seq{1};
  ASSERT_TRUE(deliver(room, Seq{2}));
  EXPECT_TRUE(told_here());
}

TEST_F(LargeGroupsTest, gives_the_batch_back_when_a_shard_was_not_queued) {
  auto& room = group_of_size(501);
  ground.queue.fails_with = failed(ErrorCode::overloaded, "full");
  EXPECT_EQ(deliver(room, Seq{1}).code(), ErrorCode::overloaded);
}

TEST_F(LargeGroupsTest, asks_for_what_is_done_for_every_message) {
  auto& room = group_of_size(3);
  ASSERT_TRUE(deliver(room, Seq{1}));
  EXPECT_THAT(ground.queue.others, IsEmpty()) << "nothing is, unless the wiring says so";
  options.message_tasks = {"offline_push", "archive"};
  ASSERT_TRUE(deliver(room, Seq{2}));
  ASSERT_EQ(ground.queue.others.size(), 2U);
  for (std::size_t n = 0; n < 2; ++n) {
    const QueueRecord& record = ground.queue.others[n];
    EXPECT_EQ(record.topic, "im-task-topic-" + options.message_tasks[n]);
    EXPECT_EQ(record.key, room.head.id.text());
    const auto task = protocol::decode_message_task(record.value);
    ASSERT_TRUE(task.ok());
    EXPECT_EQ(task->kind, options.message_tasks[n]);
    EXPECT_EQ(task->message, MessageId{50});
    EXPECT_EQ(task->seq, Seq{2});
    EXPECT_EQ(task->members, room.head.member_version);
  }
  auto& world = ground.history.world();
  ASSERT_TRUE(deliver(world, Seq{1}));
  EXPECT_THAT(ground.queue.others, IsEmpty());
}

TEST_F(LargeGroupsTest, lays_work_on_a_message_aside_when_there_is_no_room_for_it) {
  auto& room = group_of_size(3);
  options.message_tasks = {"archive"};
  ground.queue.full_topic = "im-task-topic-archive";
  ASSERT_TRUE(deliver(room, Seq{1})) << "a hook that is away must not hold up what people say";
  EXPECT_TRUE(told_here());
  ASSERT_EQ(ground.queue.others.size(), 1U);
  EXPECT_EQ(ground.queue.others[0].topic, "im-task-topic-dlq");
  const auto letter = protocol::decode_dead_letter(ground.queue.others[0].value);
  ASSERT_TRUE(letter.ok());
  EXPECT_EQ(letter->topic, "im-task-topic-archive");
  EXPECT_EQ(letter->key, room.head.id.text());
  EXPECT_EQ(letter->cause, "full");
  EXPECT_EQ(protocol::decode_message_task(letter->value)->kind, "archive");
}

}  // namespace
}  // namespace gochat::logic::testing
