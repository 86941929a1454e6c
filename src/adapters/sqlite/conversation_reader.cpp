#include "adapters/sqlite/conversation_reader.hpp"

#include <unordered_map>

#include "adapters/sqlite/conversation_list.hpp"
#include "adapters/sqlite/conversation_rows.hpp"
#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

using Acks = std::vector<std::pair<ConversationId, Seq>>;

Result<std::vector<UserMark>> read_marks(Connection& db, const Recent& recent,
                                         const std::vector<UserId>& users) {
  std::vector<UserMark> marks;
  marks.reserve(users.size());
  for (const UserId user : users) {
    auto list = read_list(db, recent, user);
    if (!list) return std::move(list).error();
    UserMark mark{user};
    for (const UserConversation& conversation : *list) {
      mark.sum += conversation.last_seq().number() + conversation.last_event_no().number();
    }
    marks.push_back(mark);
  }
  return marks;
}

Result<Acks> read_acks(Connection& db, const Recent& recent, SessionId session) {
  // Memory first: what leaves it from now on is in the table by then.
  std::unordered_map<ConversationKey, Seq> newest;
  for (const auto& [key, seq] : recent.session_acks(session)) {
    newest[key] = std::max(newest[key], seq);
  }
  auto stored = query_all(
      db, "SELECT conversation, ack_seq FROM session_positions WHERE sid = ?",
      [](const Statement& s) { return std::pair{ConversationKey{s.int64(0)}, Seq{s.uint64(1)}}; },
      session);
  if (!stored) return std::move(stored).error();
  for (const auto& [key, seq] : *stored) newest[key] = std::max(newest[key], seq);
  Acks acks;
  for (const auto& [key, seq] : newest) {
    auto id = query_one(
        db, "SELECT id FROM conversations WHERE key = ?",
        [](const Statement& s) { return ConversationId{std::string{s.text(0)}}; }, key);
    if (!id) return std::move(id).error();
    if (*id) acks.emplace_back(std::move(**id), seq);
  }
  return acks;
}

}  // namespace

Task<Result<Conversation>> SqliteConversationStore::find(ConversationId id) {
  if (const auto key = recent_.key_of(id)) {
    if (const SharedHead head = recent_.head(*key)) co_return *head;
  }
  co_return co_await readers_.read(
      [this, id = std::move(id)](Connection& db) { return read_head(db, recent_, id); });
}

Task<Result<UserConversation>> SqliteConversationStore::find_for(UserId user, ConversationId id) {
  co_return co_await readers_.read(
      [this, user, id = std::move(id)](Connection& db) { return read_for(db, recent_, user, id); });
}

Task<Result<std::vector<UserConversation>>> SqliteConversationStore::list_for(UserId user) {
  co_return co_await readers_.read(
      [this, user](Connection& db) { return read_list(db, recent_, user); });
}

Task<Result<std::optional<Conversation>>> SqliteConversationStore::find_single(UserId a, UserId b) {
  co_return co_await readers_.read(
      [this, a, b](Connection& db) -> Result<std::optional<Conversation>> {
        auto id = find_pair(db, a, b);
        if (!id) return std::move(id).error();
        if (!*id) return std::optional<Conversation>{};
        auto head = read_head(db, recent_, **id);
        if (!head) return std::move(head).error();
        return std::optional{std::move(*head)};
      });
}

Task<Result<std::vector<UserMark>>> SqliteConversationStore::marks(std::vector<UserId> users) {
  co_return co_await readers_.read(
      [this, users = std::move(users)](Connection& db) { return read_marks(db, recent_, users); });
}

Task<Result<std::vector<std::pair<ConversationId, Seq>>>> SqliteConversationStore::acknowledged(
    SessionId session) {
  co_return co_await readers_.read(
      [this, session](Connection& db) { return read_acks(db, recent_, session); });
}

}  // namespace gochat::sqlite
