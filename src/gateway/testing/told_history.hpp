// A conversation as logic tells it, and an owner for a server that is never started.
#pragma once

#include <algorithm>
#include <functional>
#include <utility>
#include <vector>

#include "net/server.hpp"
#include "ports/logic_api.hpp"

namespace gochat::gateway {

inline const ConversationId chat{"group_7"};

// Every seq up to `head` exists but for `voids`; at most `answered_max` are told at a time.
class ToldHistory : public MessageApi {
 public:
  Task<Result<std::string>> epoch() override { co_return "told"; }
  using Pulled = Result<std::vector<std::pair<ShownMessage, std::vector<UserId>>>>;

  ShownMessage shown(Seq seq) const {
    ShownMessage shown;
    const auto known = std::ranges::find(stored, seq, &Message::seq);
    if (known != stored.end()) shown.message = *known;
    shown.message.conversation = chat;
    shown.message.seq = seq;
    return shown;
  }

  Task<Pulled> pull_for_users(ConversationId, SeqRange range, std::vector<UserId> users) override {
    ranges.push_back(range);
    if (auto call = std::exchange(meanwhile, nullptr)) call();
    if (fails()) co_return failed(ErrorCode::unavailable, "away");
    std::vector<std::pair<ShownMessage, std::vector<UserId>>> pulled;
    for (Seq seq = range.from; seq <= range.to && pulled.size() < answered_max; seq = next(seq)) {
      if (!is_void(seq)) pulled.emplace_back(shown(seq), users);
    }
    co_return pulled;
  }
  Task<Result<History>> history(Caller, HistoryQuery query) override {
    asked_after.push_back(*query.after);
    if (fails()) co_return failed(ErrorCode::unavailable, "away");
    History page;
    page.conversation = query.conversation;
    page.up_to_seq = *query.after;
    while (page.up_to_seq < head && page.messages.size() < query.limit) {
      page.up_to_seq = next(page.up_to_seq);
      if (!is_void(page.up_to_seq)) page.messages.push_back(shown(page.up_to_seq));
    }
    page.has_more = page.up_to_seq < head;
    co_return page;
  }
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId> users) override {
    std::vector<UserMark> marks;
    for (const UserId user : users) marks.push_back({user, head.number() + events});
    co_return marks;
  }
  Task<Result<std::vector<SyncedConversation>>> news(Caller, std::vector<SyncCursor>) override {
    co_return ErrorCode::not_implemented;
  }
  Task<Result<void>> recall(Caller, MessageId) override { co_return ErrorCode::not_implemented; }
  Task<Result<Message>> sent(Caller, std::string client_msg_id) override {
    const auto at = std::ranges::find(stored, client_msg_id, &Message::client_msg_id);
    if (at == stored.end()) co_return ErrorCode::not_found;
    co_return *at;
  }

  std::vector<SeqRange> ranges;
  std::vector<Seq> asked_after;
  std::move_only_function<void()> meanwhile;  // happens once, while a pull is answered
  std::vector<Seq> voids;
  std::vector<Message> stored;  // those that are more than a seq
  Seq head;
  std::uint64_t events = 0;
  std::size_t answered_max = 1'000;
  int failures = 0;

 private:
  bool is_void(Seq seq) const { return std::ranges::find(voids, seq) != voids.end(); }
  bool fails() { return failures > 0 && failures-- > 0; }
};

class NoOwner final : public net::ServerOwner {
  void on_http(net::HttpRequest, net::HttpResponder) override {}
  void on_upgrade(net::HttpRequest, net::UpgradeResponder) override {}
  void on_open(net::ConnectionId, std::uint64_t) override {}
  void on_message(net::ConnectionId, std::string_view, bool) override {}
  void on_close(net::ConnectionId, std::uint16_t) override {}
};

}  // namespace gochat::gateway
