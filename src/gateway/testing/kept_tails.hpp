// A TailStore in memory, a list of one conversation, and a clock that stands still.
#pragma once

#include <algorithm>
#include <utility>
#include <vector>

#include "ports/clock.hpp"
#include "ports/logic_api.hpp"
#include "ports/tail_store.hpp"

namespace gochat::gateway {

class StillClock final : public Clock {
 public:
  WallTime now() const override { return wall_time(1'750'000'000'000); }
};

class KeptTails final : public TailStore {
 public:
  Task<Result<void>> save(std::vector<SessionTail> saved, WallTime) override {
    for (SessionTail& one : saved) {
      remove(one.session, one.connection);
      tails.push_back(std::move(one));
    }
    co_return Result<void>{};
  }
  Task<Result<std::optional<SessionTail>>> inherit(Inheritance wanted) override {
    if (auto call = std::exchange(meanwhile, nullptr)) call();
    SessionTail* last = nullptr;
    for (SessionTail& one : tails) {
      const bool open = std::ranges::find(wanted.open, one.connection) != wanted.open.end();
      if (one.session != wanted.session || open) continue;
      if (!last || last->connection < one.connection) last = &one;
    }
    if (!last) co_return std::optional<SessionTail>{};
    last->connection = wanted.heir;
    co_return std::optional{*last};
  }
  Task<Result<void>> forget(SessionId session, ConnectionId connection) override {
    remove(session, connection);
    co_return Result<void>{};
  }
  Task<Result<std::size_t>> delete_expired(WallTime, std::size_t) override { co_return 0U; }

  const SessionTail* of(ConnectionId connection) const {
    const auto at = std::ranges::find(tails, connection, &SessionTail::connection);
    return at == tails.end() ? nullptr : &*at;
  }

  std::vector<SessionTail> tails;
  std::move_only_function<void()> meanwhile;  // happens once, while somebody inherits

 private:
  void remove(SessionId session, ConnectionId connection) {
    std::erase_if(tails, [&](const SessionTail& one) {
      return one.session == session && one.connection == connection;
    });
  }
};

class ListedConversations final : public ConversationApi {
 public:
  Task<Result<std::vector<ListedConversation>>> list(Caller) override {
    ++lists;
    co_return listed;
  }
  Task<Result<ListedConversation>> get(Caller, ConversationId id) override {
    for (const auto& one : listed) {
      if (one.conversation.head.id == id) co_return one;
    }
    for (const auto& one : left) {
      if (one.conversation.head.id == id) co_return one;
    }
    co_return ErrorCode::not_found;
  }
  Task<Result<ListedConversation>> open_single(Caller, UserId) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<ListedConversation>> edit(Caller, ConversationId, ConversationEdit) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<std::uint64_t>> mark_read(Caller, ConversationId, std::optional<Seq>) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<void>> acknowledge(Caller, ConversationId, Seq) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<void>> typing(Caller, ConversationId, bool) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<void>> presence(UserId user, bool online) override {
    told.emplace_back(user, online);
    co_return Result<void>{};
  }

  std::vector<ListedConversation> listed;
  std::vector<ListedConversation> left;
  std::vector<std::pair<UserId, bool>> told;  // of presence
  int lists = 0;
};

}  // namespace gochat::gateway
