#include "protocol/copies.hpp"

#include <gtest/gtest.h>

namespace gochat::protocol {
namespace {

User somebody() {
  User user;
  user.id = UserId{9'007'199'254'740'993};
  user.username = "ann";
  user.nickname = "Ann \"\\\n\xE4\xB8\x80";
  user.avatar = "https://a.example/1";
  user.email = "ann@example.org";
  user.status = UserStatus::disabled;
  user.role = UserRole::admin;
  user.is_guest = true;
  user.password_version = 7;
  user.created_at = wall_time(1'735'689'600'123);
  return user;
}

Group some_group() {
  Group group;
  group.id = GroupId{12};
  group.name = "readers";
  group.description = "of books";
  group.avatar = "https://a.example/2";
  group.owner = UserId{3};
  group.member_count = 5;
  group.max_members = 500;
  group.join_policy = JoinPolicy::invite;
  group.history_visible = true;
  group.disbanded = true;
  group.version = 18'446'744'073'709'551'615U;
  group.created_at = wall_time(5);
  return group;
}

MessageCopy some_message() {
  MessageCopy copy;
  copy.message.id = MessageId{5};
  copy.message.conversation = ConversationId{"group_12"};
  copy.message.sender = UserId{3};
  copy.message.client_msg_id = "3_1_a";
  copy.message.content_hash = 18'446'744'073'709'551'615U;
  copy.message.type = MessageType::image;
  copy.message.content = "https://a.example/3";
  copy.message.reply_to = MessageId{4};
  copy.message.seq = Seq{2};
  copy.message.recalled = true;
  copy.message.sent_at = wall_time(7);
  copy.as_of = EventNo{9};
  return copy;
}

// The text of what was read is the text that was read: so every member is carried over.
TEST(Copies, say_all_that_there_is_to_say) {
  const std::string user = copy_of(somebody());
  ASSERT_TRUE(user_of_copy(user));
  EXPECT_EQ(copy_of(*user_of_copy(user)), user);
  EXPECT_EQ(user_of_copy(user)->id, somebody().id);
  EXPECT_EQ(user_of_copy(user)->nickname, somebody().nickname);
  const std::string group = copy_of(some_group());
  ASSERT_TRUE(group_of_copy(group));
  EXPECT_EQ(copy_of(*group_of_copy(group)), group);
  EXPECT_EQ(group_of_copy(group)->version, some_group().version);
  const auto message = message_of_copy(copy_of(some_message()));
  ASSERT_TRUE(message);
  EXPECT_EQ(*message, some_message());
}

TEST(Copies, tell_who_left_from_who_is_there) {
  Membership row;
  row.user = UserId{1};
  row.role = Role::admin;
  row.muted_until = wall_time(2);
  row.join_seq = Seq{3};
  row.left_event_no = EventNo{4};
  row.joined_at = wall_time(5);
  for (const std::optional<Seq> left : {std::optional<Seq>{}, std::optional<Seq>{Seq{6}}}) {
    row.left_seq = left;
    const auto read = membership_of_copy(copy_of(row));
    ASSERT_TRUE(read);
    EXPECT_EQ(read->left_seq, left);
    EXPECT_EQ(copy_of(*read), copy_of(row));
  }
}

TEST(Copies, are_none_when_something_is_missing_or_of_another_kind) {
  const std::string whole = copy_of(somebody());
  EXPECT_FALSE(user_of_copy(""));
  EXPECT_FALSE(user_of_copy("[]"));
  EXPECT_FALSE(user_of_copy("{}"));
  EXPECT_FALSE(user_of_copy(whole.substr(0, whole.size() - 1)));
  EXPECT_FALSE(user_of_copy(copy_of(some_group())));
  const auto changed = [&](std::string from, const std::string& to) {
    std::string text = whole;
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_TRUE(user_of_copy(changed("\"status\":2", "\"status\":3")));
  EXPECT_FALSE(user_of_copy(changed("\"status\":2", "\"status\":0")));
  EXPECT_FALSE(user_of_copy(changed("\"status\":2", "\"status\":4")));
  EXPECT_FALSE(user_of_copy(changed("\"status\":2", "\"status\":\"2\"")));
  EXPECT_FALSE(user_of_copy(changed("\"guest\":true", "\"guest\":1")));
  EXPECT_FALSE(user_of_copy(changed("\"passwordVersion\":7", "\"passwordVersion\":-7")));
  EXPECT_FALSE(user_of_copy(changed("\"passwordVersion\":7", "\"passwordVersion\":4294967296")));
}

}  // namespace
}  // namespace gochat::protocol
