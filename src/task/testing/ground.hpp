// What task stands on, small and in memory, driven in simulated time.
#pragma once

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "async/drive.hpp"
#include "dispatch/testing/fake_roads.hpp"
#include "domain/conversation.hpp"
#include "protocol/task_records.hpp"
#include "task/needs.hpp"

namespace gochat::task::testing {

class FakeGroups final : public GroupRepo {
 public:
  Task<Result<Group>> group(GroupId) override { co_return ErrorCode::not_found; }
  Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) override {
    ++reads;
    auto now = lists;
    // What is read is what was there when the read began, however long it takes.
    if (pause) co_await pause();
    if (failing) co_return *failing;
    const auto list = now.find(id);
    if (list == now.end()) co_return ErrorCode::not_found;
    co_return std::make_shared<const MemberList>(list->second);
  }
  Task<Result<std::optional<Membership>>> member(GroupId, UserId) override {
    co_return std::optional<Membership>{};
  }
  Task<Result<std::vector<Group>>> groups(GroupId, std::size_t) override {
    co_return std::vector<Group>{};
  }

  // Users 1 to `count`, all present.
  MemberList& make(GroupId id, std::int64_t count) {
    MemberList& list = lists[id];
    list.version = MemberVersion{1};
    for (std::int64_t n = 1; n <= count; ++n) list.rows.emplace_back().user = UserId{n};
    return list;
  }

  std::map<GroupId, MemberList> lists;
  std::optional<Error> failing;
  std::function<Task<>()> pause;
  int reads = 0;
};

class FakeMessages final : public MessageRepo {
 public:
  Task<Result<std::string>> epoch() override { co_return "fake"; }
  Task<Result<std::vector<LogAnswer>>> save(LogBatch, Deadline) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<std::uint64_t>> raise_fence(std::string, std::int32_t) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<MessagePage>> page(PageQuery) override { co_return MessagePage{}; }
  Task<Result<Message>> message(MessageId id) override {
    ++reads;
    const auto row = rows.find(id);
    if (row == rows.end()) co_return ErrorCode::not_found;
    co_return row->second;
  }
  Task<Result<std::optional<Message>>> sent(UserId, std::string) override {
    co_return std::optional<Message>{};
  }
  Task<Result<std::vector<ConversationEvent>>> events(ConversationId, EventNo,
                                                      std::size_t) override {
    co_return std::vector<ConversationEvent>{};
  }

  std::map<MessageId, Message> rows;
  int reads = 0;
};

class FakeConversations final : public ConversationRepo {
 public:
  Task<Result<Conversation>> conversation(ConversationId id) override {
    const auto head = heads.find(id);
    if (head == heads.end()) co_return ErrorCode::not_found;
    co_return head->second;
  }
  Task<Result<UserConversation>> conversation_for(UserId user, ConversationId id) override {
    UserConversation own;
    own.head.id = id;
    if (const auto position = positions.find(user); position != positions.end()) {
      own.position = position->second;
    }
    co_return own;
  }
  Task<Result<std::vector<UserConversation>>> conversations_for(UserId) override {
    co_return std::vector<UserConversation>{};
  }
  Task<Result<std::optional<Conversation>>> single_of(UserId, UserId) override {
    co_return std::optional<Conversation>{};
  }
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId>) override {
    co_return std::vector<UserMark>{};
  }
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(SessionId) override {
    co_return std::vector<std::pair<ConversationId, Seq>>{};
  }

  std::map<ConversationId, Conversation> heads;
  std::map<UserId, ReadPosition> positions;
};

class FakeClock final : public Clock {
 public:
  WallTime now() const override { return at; }
  WallTime at = wall_time(1'800'000'000'000);
};

// Every pause is as long as it may be.
class LongRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override { std::ranges::fill(bytes, 0xff); }
};

struct Ground {
  boost::asio::io_context loop;
  ManualTimers timers;
  FakeClock clock;
  LongRandom random;
  FakeMessages messages;
  FakeConversations conversations;
  FakeGroups groups;
  dispatch::testing::FakeQueue queue;
  dispatch::testing::FakeRegistry registry;
  dispatch::testing::FakeDirectory directory;

  Needs needs() {
    return {messages,  conversations, groups, queue,  registry,
            directory, clock,         timers, random, loop.get_executor()};
  }
  template <class T>
  T run(Task<T> task) {
    return drive(loop, timers, std::move(task));
  }
  void settle() {
    loop.restart();
    loop.poll();
  }
  void connect(UserId user, std::string gateway) {
    registry.places.emplace(user, dispatch::testing::FakeRegistry::Place{std::move(gateway), 1});
  }
};

inline const GroupId group{9};

inline protocol::ShardRecord shard(Seq seq, std::uint32_t number, std::uint32_t of) {
  protocol::ShardRecord record;
  record.told.conversation = group_conversation_id(group);
  record.told.exclude = ConnectionId{7};
  protocol::MessagePush push;
  push.message.id = MessageId{50};
  push.message.conversation = record.told.conversation;
  push.message.sender = UserId{1};
  push.message.seq = seq;
  push.message.content = "hello";
  push.message.sent_at = wall_time(1'800'000'000'000);
  record.told.push = std::move(push);
  record.members = MemberVersion{1};
  record.shard = number;
  record.shards = of;
  return record;
}

}  // namespace gochat::task::testing
