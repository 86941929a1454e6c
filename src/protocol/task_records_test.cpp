#include "protocol/task_records.hpp"

#include "protocol/dead_letter_topics.hpp"
#include "protocol/message_task.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

namespace gochat::protocol {
namespace {

using ::testing::HasSubstr;

ShardRecord shard() {
  ShardRecord record;
  record.told.conversation = ConversationId{"group_42"};
  MessagePush push;
  push.message.id = MessageId{1'000};
  push.message.conversation = record.told.conversation;
  push.message.sender = UserId{5};
  push.message.client_msg_id = "c-1";
  push.message.content = "hi";
  push.message.seq = Seq{17};
  push.sender_name = "alice";
  record.told.push = push;
  record.told.exclude = ConnectionId{99};
  record.members = MemberVersion{8};
  record.shard = 3;
  record.shards = 4;
  return record;
}

TEST(ShardRecord, comes_back_as_it_was) {
  const auto back = decode_shard(encode(shard()));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->members, MemberVersion{8});
  EXPECT_EQ(back->shard, 3U);
  EXPECT_EQ(back->shards, 4U);
  EXPECT_EQ(back->told.exclude, ConnectionId{99});
  EXPECT_EQ(back->told.conversation, ConversationId{"group_42"});
  const auto& push = std::get<MessagePush>(back->told.push);
  EXPECT_EQ(push.message.seq, Seq{17});
  EXPECT_EQ(push.message.content, "hi");
  EXPECT_EQ(push.sender_name, "alice");
}

TEST(ShardRecord, is_refused_when_it_says_no_shard_of_a_group_to_tell_of_a_message) {
  const auto refuses = [](auto change) {
    auto record = shard();
    change(record);
    return decode_shard(encode(record)).code() == ErrorCode::invalid_params;
  };
  EXPECT_TRUE(refuses([](auto& record) { record.shard = 4; }));
  EXPECT_TRUE(refuses([](auto& record) { record.shards = 0; }));
  EXPECT_TRUE(refuses([](auto& record) { record.shards = shards_max + 1; }));
  EXPECT_TRUE(refuses([](auto& record) { record.told.push = TypingPush{UserId{1}, true}; }));
  EXPECT_TRUE(refuses([](auto& record) { record.told.to_all = true; }));
  EXPECT_TRUE(refuses([](auto& record) { record.told.recipients = {UserId{1}}; }));
  EXPECT_TRUE(refuses([](auto& record) { record.told.conversation = ConversationId{"world"}; }));
  EXPECT_TRUE(refuses([](auto& record) { record.told.conversation = ConversationId{"group_x"}; }));
  EXPECT_FALSE(decode_shard("nonsense").ok());
  EXPECT_FALSE(decode_shard({}).ok());
}

TEST(ShardRecord, keeps_a_member_in_its_shard_while_the_group_does_not_double) {
  EXPECT_EQ(shards_for(501), shards_min);
  EXPECT_EQ(shards_for(4'000), 4U);
  EXPECT_EQ(shards_for(4'001), 8U);
  EXPECT_EQ(shards_for(10'000), 16U);
  EXPECT_EQ(shards_for(100'000), 128U);
  EXPECT_EQ(shards_for(100'000'000), shards_max);
}

TEST(ShardRecord, spreads_members_evenly_whatever_their_ids) {
  // Ids made one after the other, and ids made a second apart: 12 bits of sequence, 10 of machine.
  for (const std::int64_t step : {std::int64_t{1}, std::int64_t{1'000} << 22}) {
    std::vector<int> members(16);
    for (std::int64_t n = 1; n <= 16'000; ++n) ++members[shard_of(UserId{n * step}, 16)];
    for (const int count : members) EXPECT_NEAR(count, 1'000, 250) << step;
  }
}

TEST(ShardRecord, orders_shards_of_one_number) {
  auto later = shard();
  std::get<MessagePush>(later.told.push).message.seq = Seq{18};
  EXPECT_EQ(queue_key(later), queue_key(shard()));
  later.shard = 2;
  EXPECT_NE(queue_key(later), queue_key(shard()));
}

TEST(MessageTask, comes_back_as_it_was_and_names_its_kind) {
  const MessageTask task{"archive", ConversationId{"group_42"}, MessageId{7},
                         Seq{3},    MemberVersion{2},           "alice"};
  const auto back = decode_message_task(encode(task));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->kind, "archive");
  EXPECT_EQ(back->conversation, task.conversation);
  EXPECT_EQ(back->message, MessageId{7});
  EXPECT_EQ(back->seq, Seq{3});
  EXPECT_EQ(back->members, MemberVersion{2});
  EXPECT_EQ(back->sender_name, "alice");
  EXPECT_FALSE(decode_message_task(encode(MessageTask{{}, {}, MessageId{7}, {}, {}, {}})).ok());
  EXPECT_FALSE(decode_message_task("nonsense").ok());
}

TEST(DeadLetter, keeps_the_record_as_it_was_and_says_why) {
  const DeadLetter letter{"im-task-topic-push",
                          2,
                          77,
                          "key",
                          std::string("\xff\0bad", 5),
                          "trace",
                          ErrorCode::not_found,
                          "gone",
                          4,
                          wall_time(1'750'000'000'123)};
  const auto back = decode_dead_letter(encode(letter));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->topic, letter.topic);
  EXPECT_EQ(back->partition, 2);
  EXPECT_EQ(back->offset, 77U);
  EXPECT_EQ(back->key, "key");
  EXPECT_EQ(back->value, letter.value);
  EXPECT_EQ(back->trace, "trace");
  EXPECT_EQ(back->code, ErrorCode::not_found);
  EXPECT_EQ(back->cause, "gone");
  EXPECT_EQ(back->tries, 4U);
  EXPECT_EQ(back->failed_at, letter.failed_at);
}

DeadLetter letter_of(std::size_t key_bytes, std::size_t value_bytes) {
  DeadLetter letter;
  letter.topic = "im-task-topic-push";
  letter.key = std::string(key_bytes, 'k');
  letter.value = std::string(value_bytes, 'x');
  letter.cause = "torn";
  return letter;
}

TEST(DeadLetter, is_cut_to_what_a_record_may_weigh_and_says_so) {
  for (const std::size_t bytes_max : {letter_bytes_max, letter_bytes_max / 10, 0UZ}) {
    auto whole = letter_of(record_bytes_max, 3 * record_bytes_max);
    whole.trace = std::string(record_bytes_max, 't');
    whole.cause += std::string(record_bytes_max, 'y');
    const auto cut = cut_to(whole, bytes_max);
    const auto bytes = encode(cut);
    EXPECT_LE(cut.key.size() + bytes.size() + cut.trace.size(), bytes_max + 4'096);
    const auto back = decode_dead_letter(bytes);
    ASSERT_TRUE(back.ok());
    EXPECT_TRUE(back->cut);
    EXPECT_THAT(back->cause, HasSubstr(" of 4194304 bytes of its key and value are kept"));
    EXPECT_THAT(summary(*back), HasSubstr("cut, "));
    EXPECT_FALSE(is_readable(*back));
  }
}

TEST(DeadLetter, is_left_whole_when_it_fits) {
  const auto whole = cut_to(letter_of(200, letter_bytes_max - 4'096), letter_bytes_max);
  EXPECT_FALSE(whole.cut);
  EXPECT_EQ(whole.cause, "torn");
  EXPECT_LE(whole.key.size() + encode(whole).size(), letter_bytes_max);
  EXPECT_TRUE(cut_to(letter_of(200, letter_bytes_max - 4'095), letter_bytes_max).cut);
  EXPECT_TRUE(cut_to(letter_of(257, 1), letter_bytes_max).cut);
}

TEST(DeadLetter, is_of_no_use_once_cut_even_if_what_is_left_can_be_read) {
  auto letter = letter_of(300, 0);
  letter.value =
      encode(MessageTask{"archive", ConversationId{"group_9"}, MessageId{5}, Seq{1}, {}, {}});
  EXPECT_TRUE(is_readable(letter));
  EXPECT_FALSE(is_readable(cut_to(letter, letter_bytes_max)));
}

}  // namespace
}  // namespace gochat::protocol
