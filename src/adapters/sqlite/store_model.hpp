// What the store should answer, worked out the plain way: everything in maps, nothing merged,
// nothing forgotten.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/conversation.hpp"
#include "domain/membership.hpp"
#include "domain/message.hpp"
#include "domain/read_position.hpp"
#include "ports/conversation_log.hpp"

namespace gochat::sqlite {

class StoreModel {
 public:
  struct Place {
    Conversation head;  // without versions
    Group group;
    std::map<UserId, Membership> members;
    std::vector<Message> messages;
    std::vector<ConversationEvent> events;

    Seq last() const { return Seq{messages.size()}; }
  };
  using PositionOf = std::pair<UserId, ConversationId>;

  StoreModel();

  // The code of the refusal, or ok when it was done.
  ErrorCode send(const MessageDraft& draft);
  ErrorCode apply(const Change& change);
  void block(UserId by, UserId user, bool on);

  const std::map<ConversationId, Place>& places() const { return places_; }
  const Message* sent(UserId sender, const std::string& client_msg_id) const;
  // Whether the user has, or had, the conversation.
  bool has(UserId user, const Place& place) const;
  ReadPosition position(UserId user, const Place& place) const;
  std::map<ConversationId, Seq> acknowledged(SessionId session) const;
  // The store mints its own ids.
  void name(const ConversationId& conversation, Seq seq, MessageId id);

 private:
  ErrorCode judge(const Place& place, const Message& message) const;
  ErrorCode act(Place& place, WallTime at, const change::Join& c);
  ErrorCode act(Place& place, WallTime at, const change::Leave& c);
  ErrorCode act(Place& place, WallTime at, const change::AddMembers& c);
  ErrorCode act(Place& place, WallTime at, const change::RemoveMember& c);
  ErrorCode act(Place& place, WallTime at, const change::SetRole& c);
  ErrorCode act(Place& place, WallTime at, const change::Mute& c);
  ErrorCode act(Place& place, WallTime at, const change::Transfer& c);
  ErrorCode act(Place& place, WallTime at, const change::Disband& c);
  ErrorCode act(Place& place, WallTime at, const change::EditGroup& c);
  ErrorCode act(Place& place, WallTime at, const change::Recall& c);
  ErrorCode act(Place& place, WallTime at, const change::AdvanceRead& c);
  ErrorCode act(Place& place, WallTime at, const change::Acknowledge& c);
  ErrorCode act(Place& place, WallTime at, const change::EditSettings& c);
  ErrorCode act(Place&, WallTime, const change::OpenSingle&) { return ErrorCode::internal; }
  ErrorCode act(Place&, WallTime, const change::CreateGroup&) { return ErrorCode::internal; }
  ErrorCode open(const change::OpenSingle& c);
  ErrorCode create(const change::CreateGroup& c, WallTime at);

  void enter(Place& place, UserId user, UserId actor, WallTime at);
  void leave(Place& place, UserId user, EventKind kind, UserId actor, WallTime at);
  void happened(Place& place, EventKind kind, UserId actor, std::int64_t subject,
                std::int64_t argument, WallTime at);
  bool blocked(UserId a, UserId b) const;
  Seq visible_last(UserId user, const Place& place) const;

  std::map<ConversationId, Place> places_;
  std::map<PositionOf, ReadPosition> positions_;
  std::map<std::pair<SessionId, ConversationId>, Seq> acks_;
  std::map<std::pair<UserId, std::string>, std::pair<ConversationId, Seq>> sent_;
  std::set<std::pair<UserId, UserId>> blocks_;
};

}  // namespace gochat::sqlite
