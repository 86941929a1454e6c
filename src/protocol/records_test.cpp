#include "protocol/records.hpp"

#include <gtest/gtest.h>

#include <random>

namespace gochat::protocol {
namespace {

constexpr auto noon = wall_time(1'750'000'000'123);
const ConversationId room{"group_42"};

UpstreamRecord upstream() {
  return {room,
          UserId{9'000'000'000'000'001},
          "c-1",
          MessageType::image,
          "https://a/世界",
          MessageId{77},
          {"gateway-1", 0xfedcba9876543210ULL, ConnectionId{31}, "r1", 123},
          noon};
}

void expect_same(const UpstreamRecord& a, const UpstreamRecord& b) {
  EXPECT_EQ(a.conversation, b.conversation);
  EXPECT_EQ(a.sender, b.sender);
  EXPECT_EQ(a.client_msg_id, b.client_msg_id);
  EXPECT_EQ(a.type, b.type);
  EXPECT_EQ(a.content, b.content);
  EXPECT_EQ(a.reply_to, b.reply_to);
  EXPECT_EQ(a.origin.gateway, b.origin.gateway);
  EXPECT_EQ(a.origin.boot, b.origin.boot);
  EXPECT_EQ(a.origin.connection, b.origin.connection);
  EXPECT_EQ(a.origin.request_id, b.origin.request_id);
  EXPECT_EQ(a.origin.taken_ns, b.origin.taken_ns);
  EXPECT_EQ(a.accepted_at, b.accepted_at);
}

Message message() {
  return {
      MessageId{1'000}, room,    UserId{5}, "c-1", 0xdeadbeefcafef00dULL, MessageType::text, "hi",
      MessageId{3},     Seq{17}, true,      noon};
}

DownstreamRecord downstream(Push push) {
  DownstreamRecord record;
  record.boot = 7;
  record.conversation = room;
  record.push = std::move(push);
  record.recipients = {UserId{30}, UserId{10}, UserId{20}, UserId{10}};
  record.exclude = ConnectionId{99};
  return record;
}

template <class T>
T carried(T push) {
  auto record = decode_downstream(encode(downstream(std::move(push))));
  EXPECT_TRUE(record.ok());
  return std::get<T>(record->push);
}

TEST(UpstreamRecord, comes_back_as_it_was) {
  const auto back = decode_upstream(encode(upstream()));
  ASSERT_TRUE(back.ok());
  expect_same(*back, upstream());
}

TEST(UpstreamRecord, needs_little_beside_its_texts) {
  const auto record = upstream();
  EXPECT_LT(encode(record).size(), record.content.size() + record.conversation.text().size() + 80);
}

TEST(DownstreamRecord, carries_its_frame) {
  const auto back = decode_downstream(encode(downstream(TypingPush{UserId{4}, true})));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->boot, 7U);
  EXPECT_EQ(back->conversation, room);
  EXPECT_FALSE(back->to_all);
  EXPECT_EQ(back->exclude, ConnectionId{99});
  EXPECT_EQ(std::get<TypingPush>(back->push).user, UserId{4});
}

TEST(DownstreamRecord, gives_recipients_back_ascending_and_once) {
  const auto back = decode_downstream(encode(downstream({})));
  ASSERT_TRUE(back.ok());
  EXPECT_EQ(back->recipients, (std::vector<UserId>{UserId{10}, UserId{20}, UserId{30}}));
}

TEST(DownstreamRecord, spends_few_bytes_on_a_recipient) {
  DownstreamRecord record;
  for (int n = 0; n < 500; ++n) record.recipients.emplace_back((std::int64_t{1} << 55) + n * 1'000);
  EXPECT_LT(encode(record).size(), 500U * 2 + 30);
}

TEST(DownstreamRecord, carries_a_message) {
  const auto back = carried(MessagePush{message(), "Alice"});
  EXPECT_EQ(back.message, message());
  EXPECT_EQ(back.sender_name, "Alice");
}

TEST(DownstreamRecord, carries_events_of_every_kind) {
  for (int kind = 1; kind <= 9; ++kind) {
    const ConversationEvent event{room,      EventNo{4}, Seq{16}, static_cast<EventKind>(kind),
                                  UserId{5}, 6,          -7,      noon};
    const auto back = carried(EventPush{event, 12, {UserId{6}, UserId{2}}});
    EXPECT_EQ(back.event.conversation, room);
    EXPECT_EQ(back.event.no, event.no);
    EXPECT_EQ(back.event.at_seq, event.at_seq);
    EXPECT_EQ(back.event.kind, event.kind);
    EXPECT_EQ(back.event.actor, event.actor);
    EXPECT_EQ(back.event.subject, event.subject);
    EXPECT_EQ(back.event.argument, event.argument);
    EXPECT_EQ(back.event.at, event.at);
    EXPECT_EQ(back.member_count, 12U);
    EXPECT_EQ(back.subjects, (std::vector<UserId>{UserId{6}, UserId{2}}));
  }
}

TEST(DownstreamRecord, carries_positions_and_presence) {
  EXPECT_EQ(carried(ReadPush{UserId{4}, Seq{9}}).read_seq, Seq{9});
  EXPECT_EQ(carried(DeliveredPush{UserId{4}, Seq{8}}).ack_seq, Seq{8});
  EXPECT_TRUE(carried(PresencePush{UserId{4}, true}).online);
  EXPECT_FALSE(carried(TypingPush{UserId{4}, false}).on);
}

TEST(DownstreamRecord, carries_a_conversation) {
  const auto back =
      carried(ConversationPush{"group", "工作", "https://a/b", UserId{1}, GroupId{2}, 3, "last",
                               noon, 4, Seq{5}, Seq{6}, Seq{7}, true, "小明"});
  EXPECT_EQ(back.kind, "group");
  EXPECT_EQ(back.name, "工作");
  EXPECT_EQ(back.avatar, "https://a/b");
  EXPECT_EQ(back.peer, UserId{1});
  EXPECT_EQ(back.group, GroupId{2});
  EXPECT_EQ(back.member_count, 3U);
  EXPECT_EQ(back.last_message, "last");
  EXPECT_EQ(back.last_message_at, noon);
  EXPECT_EQ(back.unread, 4U);
  EXPECT_EQ(back.last_seq, Seq{5});
  EXPECT_EQ(back.read_seq, Seq{6});
  EXPECT_EQ(back.join_seq, Seq{7});
  EXPECT_EQ(back.nickname, "小明");
  EXPECT_TRUE(back.is_new);
}

TEST(DownstreamRecord, carries_receipts_with_every_error) {
  auto record = downstream({});
  for (const auto& row : error_rows) {
    record.receipts.push_back({ConnectionId{3}, "r1", "c1", row.code, "why", MessageId{8}, room,
                               Seq{2}, noon, true, 456});
  }
  const auto back = decode_downstream(encode(record));
  ASSERT_TRUE(back.ok());
  ASSERT_EQ(back->receipts.size(), error_rows.size());
  for (std::size_t n = 0; n < error_rows.size(); ++n) {
    const auto& receipt = back->receipts[n];
    EXPECT_EQ(receipt.code, error_rows[n].code);
    EXPECT_EQ(receipt.connection, ConnectionId{3});
    EXPECT_EQ(receipt.request_id, "r1");
    EXPECT_EQ(receipt.client_msg_id, "c1");
    EXPECT_EQ(receipt.hint, "why");
    EXPECT_EQ(receipt.message_id, MessageId{8});
    EXPECT_EQ(receipt.conversation, room);
    EXPECT_EQ(receipt.seq, Seq{2});
    EXPECT_EQ(receipt.sent_at, noon);
    EXPECT_TRUE(receipt.duplicate);
    EXPECT_EQ(receipt.taken_ns, 456);
  }
}

TEST(Records, of_another_version_are_refused) {
  auto bytes = encode(upstream());
  ASSERT_EQ(bytes.substr(0, 2), std::string("\x08\x01"));  // field 1, the version
  bytes[1] = 2;
  const auto newer = decode_upstream(bytes);
  ASSERT_FALSE(newer.ok());
  EXPECT_EQ(newer.error().detail, "record: version 2 is unknown");
  EXPECT_FALSE(newer.error().retryable());
  EXPECT_FALSE(decode_upstream("").ok());  // no version at all
  EXPECT_FALSE(decode_downstream("").ok());
}

TEST(Records, with_wrong_numbers_or_texts_are_refused) {
  const auto refused_with = [](auto change) {
    auto record = upstream();
    change(record);
    const auto back = decode_upstream(encode(record));
    return back ? std::string{"accepted"} : back.error().detail;
  };
  using R = UpstreamRecord;
  EXPECT_EQ(refused_with([](R& r) { r.type = MessageType{9}; }), "record: type is unknown");
  EXPECT_EQ(refused_with([](R& r) { r.sender = {}; }), "record: sender_id is missing");
  EXPECT_EQ(refused_with([](R& r) { r.content = "\xff"; }), "record: content is not UTF-8");
  EXPECT_EQ(refused_with([](R& r) { r.content = std::string(20'001, 'x'); }),
            "record: content is too long");
  EXPECT_EQ(refused_with([](R& r) { r.client_msg_id = std::string(65, 'x'); }),
            "record: client_msg_id is too long");
  EXPECT_EQ(refused_with([](R& r) { r.conversation = ConversationId{std::string(65, 'x')}; }),
            "record: conversation_id is too long");
  EXPECT_EQ(refused_with([](R& r) { r.accepted_at = wall_time(-1); }),
            "record: accepted_at is out of range");
  EXPECT_FALSE(decode_downstream(encode(downstream(EventPush{
                                     {room, {}, {}, EventKind{10}, {}, 0, 0, {}}, 0, {}})))
                   .ok());
  EXPECT_FALSE(decode_downstream(encode(downstream(ReadPush{}))).ok());
}

TEST(Records, with_recipients_that_do_not_rise_are_refused) {
  DownstreamRecord two;
  two.recipients = {UserId{1}, UserId{2}};
  auto bytes = encode(two);
  const auto at = bytes.find(std::string("\x2a\x02\x01\x01"));  // field 5: two deltas of 1
  ASSERT_NE(at, std::string::npos);
  bytes[at + 3] = 0;
  EXPECT_FALSE(decode_downstream(bytes).ok());
}

TEST(Records, above_their_limit_are_refused) {
  EXPECT_FALSE(decode_downstream(std::string(record_bytes_max + 1, '\0')).ok());
}

TEST(Records, cut_anywhere_are_refused_or_lose_only_what_was_cut) {
  const auto whole = encode(upstream());
  for (std::size_t bytes = 0; bytes < whole.size(); ++bytes) {
    const auto back = decode_upstream(std::string_view{whole}.substr(0, bytes));
    if (back) EXPECT_EQ(back->sender, upstream().sender);
  }
}

TEST(Records, of_random_bytes_and_flipped_bits_crash_nobody) {
  std::mt19937 random{7};
  auto record = downstream(MessagePush{message(), "Alice"});
  record.receipts.push_back({});
  const auto good = encode(record);
  for (int n = 0; n < 20'000; ++n) {
    auto bytes = good;
    bytes[random() % bytes.size()] ^= static_cast<char>(1U << random() % 8);
    if (auto back = decode_downstream(bytes)) EXPECT_TRUE(decode_downstream(encode(*back)).ok());
    std::string noise(random() % 64, '\0');
    for (auto& byte : noise) byte = static_cast<char>(random());
    if (auto back = decode_upstream(noise)) EXPECT_TRUE(decode_upstream(encode(*back)).ok());
  }
}

}  // namespace
}  // namespace gochat::protocol
