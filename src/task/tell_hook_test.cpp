#include "task/tell_hook.hpp"

#include <gtest/gtest.h>

#include "protocol/message_task.hpp"
#include "task/testing/ground.hpp"

namespace gochat::task::testing {
namespace {

class RecordingHook final : public MessageHook {
 public:
  std::string_view kind() const override { return "archive"; }
  Task<Result<void>> tell(Message message, std::string sender_name) override {
    told.emplace_back(std::move(message), std::move(sender_name));
    if (failing) co_return *failing;
    co_return Result<void>{};
  }
  std::vector<std::pair<Message, std::string>> told;
  std::optional<Error> failing;
};

class TellHookTest : public ::testing::Test {
 protected:
  TellHookTest() {
    Message& row = ground.messages.rows[MessageId{50}];
    row.id = MessageId{50};
    row.content = "hello";
  }
  Result<void> tell() {
    const protocol::MessageTask task{"archive", ConversationId{"group_9"}, MessageId{50},
                                     Seq{1},    MemberVersion{1},          "Alice"};
    return ground.run(teller.process({protocol::encode(task), {}}));
  }

  Ground ground;
  RecordingHook hook;
  TellHook teller{ground.needs(), hook};
};

TEST_F(TellHookTest, tells_the_message_and_who_sent_it) {
  ASSERT_TRUE(tell());
  ASSERT_EQ(hook.told.size(), 1U);
  EXPECT_EQ(hook.told[0].first.content, "hello");
  EXPECT_EQ(hook.told[0].second, "Alice");
  EXPECT_EQ(teller.kind(), "archive");
}

TEST_F(TellHookTest, tells_that_a_message_was_recalled_without_its_words) {
  ground.messages.rows[MessageId{50}].recalled = true;
  ASSERT_TRUE(tell());
  EXPECT_TRUE(hook.told[0].first.recalled);
  EXPECT_EQ(hook.told[0].first.content, "");
}

TEST_F(TellHookTest, passes_on_what_the_hook_answers) {
  hook.failing = failed(ErrorCode::unavailable, "away");
  EXPECT_EQ(tell().code(), ErrorCode::unavailable);
}

TEST_F(TellHookTest, gives_up_what_it_cannot_read_and_what_is_not_there) {
  EXPECT_FALSE(ground.run(teller.process({"torn", {}})).error().retryable());
  ground.messages.rows.clear();
  EXPECT_EQ(tell().code(), ErrorCode::not_found);
}

}  // namespace
}  // namespace gochat::task::testing
