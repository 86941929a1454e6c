// Conversations, members and messages in memory, for unit tests: seq, idempotency and versions as
// the log promises them. Changes are scripted, since their rules are the store's.
#pragma once

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "ports/repo_api.hpp"

namespace gochat::logic::testing {

class FakeHistory final : public MessageRepo, public ConversationRepo, public GroupRepo {
 public:
  struct Room {
    Conversation head;
    std::vector<Message> messages;  // by seq
    std::vector<ConversationEvent> events;
    std::vector<Membership> rows;  // by user
    Group group;
  };

  Task<Result<std::string>> epoch() override { co_return "fake"; }

  // --- what a test arranges
  Room& single(UserId a, UserId b) {
    Room& room = rooms[single_id(a, b)];
    room.head.id = single_id(a, b);
    room.head.kind = ConversationKind::single;
    room.head.user_lo = std::min(a, b);
    room.head.user_hi = std::max(a, b);
    room.head.member_version = MemberVersion{1};
    return room;
  }
  Room& group(std::int64_t id, std::vector<UserId> members) {
    const auto conversation = group_conversation_id(GroupId{id});
    Room& room = rooms[conversation];
    room.head.id = conversation;
    room.head.kind = ConversationKind::group;
    room.head.group = GroupId{id};
    room.head.member_version = MemberVersion{1};
    room.group.id = GroupId{id};
    room.group.name = "group";
    std::ranges::sort(members);
    for (const UserId user : members) {
      Membership row;
      row.user = user;
      room.rows.push_back(row);
    }
    return room;
  }
  Room& world() {
    Room& room = rooms[world_id];
    room.head.id = world_id;
    room.head.kind = ConversationKind::world;
    return room;
  }
  Membership& row(Room& room, UserId user) {
    return *std::ranges::find(room.rows, user, &Membership::user);
  }
  void say(Room& room, UserId sender, std::string content) {
    Message message;
    message.id = MessageId{static_cast<std::int64_t>(++messages_made_)};
    message.conversation = room.head.id;
    message.sender = sender;
    message.client_msg_id = "said" + std::to_string(messages_made_);
    message.content = std::move(content);
    store(room, std::move(message));
  }
  void happen(Room& room, EventKind kind, UserId subject) {
    ConversationEvent event;
    event.conversation = room.head.id;
    event.no = room.head.last_event_no = next(room.head.last_event_no);
    event.at_seq = room.head.last_seq;
    event.kind = kind;
    event.actor = subject;
    event.subject = subject.number();
    room.events.push_back(event);
  }

  // --- MessageRepo
  Task<Result<std::vector<LogAnswer>>> save(LogBatch batch, Deadline) override {
    batches.push_back(batch);
    if (!failing.empty()) {
      const Error error = failing.front();
      failing.pop_front();
      co_return error;
    }
    std::vector<LogAnswer> answers;
    for (LogItem& item : batch.items) {
      if (auto* draft = std::get_if<MessageDraft>(&item)) {
        answers.push_back(take(std::move(*draft)));
      } else {
        answers.push_back(on_change(std::get<Change>(item)));
      }
    }
    co_return answers;
  }
  Task<Result<std::uint64_t>> raise_fence(std::string, std::int32_t) override { co_return ++fence; }
  Task<Result<MessagePage>> page(PageQuery query) override {
    ++pages;
    const auto found = rooms.find(query.conversation);
    if (found == rooms.end()) co_return ErrorCode::not_found;
    const Room& room = found->second;
    MessagePage page;
    page.last_seq = room.head.last_seq;
    const auto last = room.head.last_seq.number();
    std::uint64_t from = query.after ? query.after->number() + 1 : 1;
    std::uint64_t to = query.before ? std::min(query.before->number() - 1, last) : last;
    if (query.after) to = std::min(to, from + query.limit - 1);
    if (!query.after && to >= query.limit) from = to - query.limit + 1;
    for (std::uint64_t seq = from; seq <= to; ++seq)
      page.messages.push_back(room.messages[seq - 1]);
    page.from_seq = Seq{from};
    page.up_to_seq = Seq{to};
    page.has_more = query.after ? to < last : from > 1;
    co_return page;
  }
  Task<Result<Message>> message(MessageId id) override {
    for (const auto& [name, room] : rooms) {
      for (const Message& message : room.messages) {
        if (message.id == id) co_return message;
      }
    }
    co_return ErrorCode::not_found;
  }
  Task<Result<std::optional<Message>>> sent(UserId sender, std::string client_msg_id) override {
    for (const auto& [name, room] : rooms) {
      for (const Message& message : room.messages) {
        if (message.sender == sender && message.client_msg_id == client_msg_id) {
          co_return std::optional{message};
        }
      }
    }
    co_return std::optional<Message>{};
  }
  Task<Result<std::vector<ConversationEvent>>> events(ConversationId conversation, EventNo after,
                                                      std::size_t limit) override {
    std::vector<ConversationEvent> found;
    for (const auto& event : rooms[conversation].events) {
      if (event.no > after && found.size() < limit) found.push_back(event);
    }
    co_return found;
  }

  // --- ConversationRepo
  Task<Result<Conversation>> conversation(ConversationId id) override {
    ++heads_read;
    const auto room = rooms.find(id);
    if (room == rooms.end()) co_return ErrorCode::not_found;
    co_return room->second.head;
  }
  Task<Result<UserConversation>> conversation_for(UserId user, ConversationId id) override {
    const auto room = rooms.find(id);
    if (room == rooms.end()) co_return ErrorCode::not_found;
    auto own = as_had_by(room->second, user);
    if (!own) co_return ErrorCode::not_found;
    co_return *std::move(own);
  }
  Task<Result<std::vector<UserConversation>>> conversations_for(UserId user) override {
    std::vector<UserConversation> all;
    for (const auto& [id, room] : rooms) {
      if (room.head.kind == ConversationKind::world) continue;
      if (auto own = as_had_by(room, user)) all.push_back(*std::move(own));
    }
    co_return all;
  }
  Task<Result<std::optional<Conversation>>> single_of(UserId a, UserId b) override {
    const auto room = rooms.find(single_id(a, b));
    if (room == rooms.end()) co_return std::optional<Conversation>{};
    co_return std::optional{room->second.head};
  }
  Task<Result<std::vector<UserMark>>> marks(std::vector<UserId>) override {
    co_return std::vector<UserMark>{};
  }
  Task<Result<std::vector<std::pair<ConversationId, Seq>>>> acknowledged(SessionId id) override {
    co_return std::vector<std::pair<ConversationId, Seq>>{acks[id].begin(), acks[id].end()};
  }

  // --- GroupRepo
  Task<Result<Group>> group(GroupId id) override {
    co_return rooms[group_conversation_id(id)].group;
  }
  Task<Result<std::shared_ptr<const MemberList>>> members(GroupId id) override {
    ++lists_read;
    const Room& room = rooms[group_conversation_id(id)];
    co_return std::make_shared<const MemberList>(room.head.member_version, room.rows);
  }
  Task<Result<std::optional<Membership>>> member(GroupId id, UserId user) override {
    const auto room = rooms.find(group_conversation_id(id));
    if (room == rooms.end()) co_return std::optional<Membership>{};
    for (const Membership& row : room->second.rows) {
      if (row.user == user) co_return std::optional{row};
    }
    co_return std::optional<Membership>{};
  }
  Task<Result<std::vector<Group>>> groups(GroupId after, std::size_t limit) override {
    std::vector<Group> found;
    for (const auto& [id, room] : rooms) {
      if (room.group.id > after && found.size() < limit) found.push_back(room.group);
    }
    co_return found;
  }

  std::map<ConversationId, Room> rooms;
  std::map<SessionId, std::map<ConversationId, Seq>> acks;
  std::map<UserId, std::map<ConversationId, ReadPosition>> positions;
  std::vector<LogBatch> batches;
  std::deque<Error> failing;  // what the next saves answer
  std::function<LogAnswer(const Change&)> on_change = [](const Change&) { return Changed{}; };
  std::function<std::optional<Error>(const MessageDraft&)> refuses = [](const MessageDraft&) {
    return std::optional<Error>{};
  };
  std::uint64_t fence = 0;
  int heads_read = 0;
  int lists_read = 0;
  int pages = 0;

 private:
  std::optional<UserConversation> as_had_by(const Room& room, UserId user) {
    UserConversation own;
    own.head = room.head;
    own.position = positions[user][room.head.id];
    if (room.head.kind == ConversationKind::single && !room.head.is_pair_member(user)) return {};
    if (room.head.kind == ConversationKind::group) {
      const auto row = std::ranges::find(room.rows, user, &Membership::user);
      if (row == room.rows.end()) return {};
      own.membership = *row;
      own.group = room.group;
    }
    return own;
  }

  LogAnswer take(MessageDraft draft) {
    const auto found = rooms.find(draft.message.conversation);
    if (found == rooms.end()) return refused(ErrorCode::not_found, "conversation");
    Room& room = found->second;
    for (const Message& known : room.messages) {
      if (known.sender != draft.message.sender) continue;
      if (known.client_msg_id != draft.message.client_msg_id) continue;
      if (known.content_hash != draft.message.content_hash) {
        return refused(ErrorCode::idempotency_conflict, "clientMsgId");
      }
      return Stored{known.id, known.seq, known.sent_at, true, room.head.member_version};
    }
    if (auto error = refuses(draft)) return *std::move(error);
    const Message& stored = store(room, std::move(draft.message));
    return Stored{stored.id, stored.seq, stored.sent_at, false, room.head.member_version};
  }
  const Message& store(Room& room, Message message) {
    message.seq = room.head.last_seq = next(room.head.last_seq);
    room.head.last_message_at = message.sent_at;
    room.messages.push_back(std::move(message));
    return room.messages.back();
  }

  std::uint64_t messages_made_ = 0;
};

class FakeInboxes final : public InboxStore {
 public:
  Task<Result<void>> add(std::vector<InboxAddition> additions) override {
    for (const InboxAddition& addition : additions) {
      for (const UserId user : addition.users) {
        if (const auto kept = inboxes.find(user); kept != inboxes.end() && !loses) {
          kept->second.push_back(addition.entry);
        }
      }
    }
    co_return Result<void>{};
  }
  Task<Result<std::optional<std::vector<InboxEntry>>>> read(UserId user,
                                                            WallTime not_before) override {
    const auto kept = inboxes.find(user);
    if (kept == inboxes.end()) co_return std::optional<std::vector<InboxEntry>>{};
    std::erase_if(kept->second, [&](const InboxEntry& entry) { return entry.at < not_before; });
    co_return std::optional{kept->second};
  }
  Task<Result<void>> fill(UserId user, std::vector<InboxEntry> entries) override {
    ++fills;
    inboxes[user] = std::move(entries);
    co_return Result<void>{};
  }

  std::map<UserId, std::vector<InboxEntry>> inboxes;
  bool loses = false;  // additions
  int fills = 0;
};

}  // namespace gochat::logic::testing
