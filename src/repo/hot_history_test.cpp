#include "repo/hot_history.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "async/drive.hpp"
#include "ports/page_filler.hpp"

namespace gochat::repo {
namespace {

using ::testing::ElementsAre;

const ConversationId chat{"group_7"};

class FakeHot final : public HotMessages {
 public:
  Task<Result<void>> put(ConversationId, std::vector<HotMessage> messages) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    for (HotMessage& one : messages) texts[one.seq] = std::move(one.text);
    while (texts.size() > limits::hot_messages_max) texts.erase(texts.begin());
    co_return Result<void>{};
  }
  Task<Result<HotPage>> below(ConversationId, Seq end, std::size_t limit) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    HotPage page;
    if (!texts.empty()) page.newest = HotMessage{texts.rbegin()->first, texts.rbegin()->second};
    for (const auto& [seq, text] : texts) {
      if (seq < end) page.messages.push_back({seq, text});
    }
    if (page.messages.size() > limit) {
      page.messages.erase(page.messages.begin(), page.messages.end() - std::ptrdiff_t(limit));
    }
    co_return page;
  }
  Task<Result<void>> drop(ConversationId) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    texts.clear();
    co_return Result<void>{};
  }

  std::map<Seq, std::string> texts;
  bool away = false;
};

// One conversation, with its head.
class FakeHistory final : public MessageStore, public ConversationStore {
 public:
  FakeHistory() { head.id = chat; }
  const Message& say(const std::string& words) {
    Message message;
    message.id = MessageId{static_cast<std::int64_t>(messages.size()) + 1'000};
    message.conversation = chat;
    message.content = words;
    message.seq = head.last_seq = next(head.last_seq);
    head.last_message_id = message.id;
    messages.push_back(message);
    return messages.back();
  }
  void recall(Seq seq) {
    Message& message = messages[seq.number() - 1];
    message.recalled = true;
    message.content.clear();
    head.last_event_no = next(head.last_event_no);
  }

  Task<Result<MessagePage>> page(PageQuery query) override {
    ++pages;
    const PageBounds bounds = page_bounds(query, head.last_seq);
    PageFiller filler{query, bounds};
    for (auto message = messages.rbegin(); message != messages.rend(); ++message) {
      if (message->seq <= bounds.high && !filler.add(*message)) break;
    }
    co_return filler.finish(head.last_seq, head.last_event_no);
  }
  Task<Result<Message>> find(MessageId) override { co_return ErrorCode::not_found; }
  Task<Result<std::optional<Message>>> find_sent(UserId, std::string) override {
    co_return std::optional<Message>{};
  }
  Task<Result<std::vector<ConversationEvent>>> events(ConversationId, EventNo,
                                                      std::size_t) override {
    co_return std::vector<ConversationEvent>{};
  }
  Task<Result<Conversation>> find(ConversationId) override { co_return head; }
  Task<Result<UserConversation>> find_for(UserId, ConversationId) override {
    co_return ErrorCode::not_found;
  }
  Task<Result<std::vector<UserConversation>>> list_for(UserId) override {
    co_return std::vector<UserConversation>{};
  }
  Task<Result<std::optional<Conversation>>> find_single(UserId, UserId) override {
    co_return std::optional<Conversation>{};
  }
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId>) override {
    co_return std::vector<UserMark>{};
  }
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(SessionId) override {
    co_return std::vector<std::pair<ConversationId, Seq>>{};
  }

  Conversation head;
  std::vector<Message> messages;
  int pages = 0;
};

class HotHistoryTest : public ::testing::Test {
 protected:
  // As a commit is followed by its copies.
  void say(const std::string& words) {
    const EventNo as_of = history.happened_by_now(chat);
    put({store.say(words), as_of});
  }
  void put(protocol::MessageCopy copy) {
    std::vector<protocol::MessageCopy> copies{std::move(copy)};
    drive(loop, history.stored(chat, std::move(copies)));
  }
  void say_so_many(int count) {
    for (int n = 0; n < count; ++n) say(std::to_string(store.messages.size() + 1));
  }
  MessagePage page(std::size_t limit, std::optional<Seq> before = std::nullopt) {
    PageQuery query;
    query.conversation = chat;
    query.limit = limit;
    query.before = before;
    return *drive(loop, history.page(std::move(query)));
  }
  std::vector<std::string> words(std::size_t limit, std::optional<Seq> before = std::nullopt) {
    std::vector<std::string> words;
    for (const Message& message : page(limit, before).messages) words.push_back(message.content);
    return words;
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  FakeHot hot;
  FakeHistory store;
  HotHistory history{hot, timers, store, store};
};

TEST_F(HotHistoryTest, serves_the_newest_without_asking_for_messages) {
  say_so_many(5);
  EXPECT_THAT(words(2), ElementsAre("4", "5"));
  EXPECT_TRUE(page(2).has_more);
  EXPECT_THAT(words(2, Seq{4}), ElementsAre("2", "3"));
  EXPECT_THAT(words(9), ElementsAre("1", "2", "3", "4", "5"));
  EXPECT_FALSE(page(9).has_more);
  EXPECT_EQ(store.pages, 0);
  EXPECT_EQ(history.counts().hits.value(), 5U);
}

TEST_F(HotHistoryTest, says_the_same_page_as_the_store) {
  say_so_many(8);
  for (const std::size_t limit : {1U, 3U, 8U, 20U}) {
    for (const std::uint64_t before : {1U, 2U, 5U, 9U, 90U}) {
      PageQuery query;
      query.conversation = chat;
      query.limit = limit;
      query.before = Seq{before};
      const auto wanted = *drive(loop, store.page(query));
      const auto found = page(limit, Seq{before});
      EXPECT_EQ(found.messages, wanted.messages);
      EXPECT_EQ(found.from_seq, wanted.from_seq);
      EXPECT_EQ(found.up_to_seq, wanted.up_to_seq);
      EXPECT_EQ(found.has_more, wanted.has_more);
      EXPECT_EQ(found.voids, wanted.voids);
      EXPECT_EQ(found.last_seq, wanted.last_seq);
    }
  }
}

TEST_F(HotHistoryTest, asks_the_store_beyond_the_hot_ones) {
  say_so_many(static_cast<int>(limits::hot_messages_max) + 1);
  EXPECT_EQ(hot.texts.size(), limits::hot_messages_max);
  EXPECT_THAT(words(2, Seq{3}), ElementsAre("1", "2"));
  EXPECT_EQ(store.pages, 1);
  EXPECT_EQ(hot.texts.begin()->first, Seq{2});
}

TEST_F(HotHistoryTest, asks_the_store_and_fills_in_where_one_is_missing) {
  say_so_many(2);
  store.say("3");
  say("4");
  EXPECT_THAT(words(3), ElementsAre("2", "3", "4"));
  EXPECT_THAT(words(3), ElementsAre("2", "3", "4"));
  EXPECT_EQ(store.pages, 1);
  store.say("5");
  EXPECT_THAT(words(1), ElementsAre("5")) << "what lacks the newest is not the newest page";
}

TEST_F(HotHistoryTest, never_serves_what_was_recalled_since) {
  say_so_many(3);
  store.recall(Seq{2});  // and the copies were not told
  EXPECT_THAT(words(3), ElementsAre("1", "", "3"));
  say("4");
  EXPECT_THAT(words(4), ElementsAre("1", "", "3", "4"));
  EXPECT_THAT(words(4), ElementsAre("1", "", "3", "4"));
}

TEST_F(HotHistoryTest, never_serves_what_a_slow_writer_puts_after_a_recall) {
  say_so_many(2);
  const EventNo before = history.happened_by_now(chat);
  const Message late = store.say("3");
  store.recall(Seq{3});
  page(3);  // this process has heard of the recall
  say("4");
  put({late, before});
  EXPECT_THAT(words(4), ElementsAre("1", "2", "", "4"));
}

TEST_F(HotHistoryTest, deletes_and_counts_what_is_of_another_history) {
  say_so_many(3);
  Message stranger = store.messages.back();
  stranger.id = MessageId{5};
  put({stranger, {}});
  EXPECT_THAT(words(1), ElementsAre("3"));
  EXPECT_EQ(history.counts().wrong.value(), 1U);
  stranger.seq = Seq{9};
  put({stranger, {}});
  EXPECT_THAT(words(1), ElementsAre("3"));
  EXPECT_EQ(history.counts().wrong.value(), 2U);
  EXPECT_EQ(hot.texts.rbegin()->first, Seq{3});
  hot.texts[Seq{3}] = "no message";
  EXPECT_THAT(words(1), ElementsAre("3"));
  EXPECT_EQ(history.counts().wrong.value(), 3U);
}

TEST_F(HotHistoryTest, is_only_slower_when_the_cache_is_away) {
  say_so_many(3);
  hot.away = true;
  EXPECT_THAT(words(2), ElementsAre("2", "3"));
  EXPECT_EQ(store.pages, 1);
  EXPECT_EQ(history.counts().errors.value(), 1U);
}

}  // namespace
}  // namespace gochat::repo
