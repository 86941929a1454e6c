// What one transaction of the log has read and will write. Everything that its items need is loaded
// first, then they are judged and applied in memory, then what changed is written: so the number of
// round trips does not grow with the number of items.
#pragma once

#include <compare>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "domain/conversation.hpp"
#include "domain/membership.hpp"
#include "domain/message.hpp"
#include "domain/user.hpp"

namespace gochat::mysql {

struct Working {
  Conversation head;
  WallTime touched;  // by the last item that changed it
  bool created = false;
  bool changed = false;
};

struct GroupRow {
  Group group;
  WallTime touched;
  bool created = false;
  bool changed = false;
  bool disbanded_now = false;  // whoever is still in leaves with it
};

struct MemberKey {
  GroupId group;
  UserId user;
  auto operator<=>(const MemberKey&) const = default;
};
struct MemberRow {
  MaybeMember row;
  bool changed = false;
};

struct PositionKey {
  UserId user;
  ConversationId conversation;
  auto operator<=>(const PositionKey&) const = default;
};
struct PositionRow {
  Seq read;
  Seq ack;
  bool muted = false;
  bool pinned = false;
  WallTime touched;
  bool changed = false;           // read, ack
  bool settings_changed = false;  // muted, pinned
};

struct SentKey {
  UserId sender;
  std::string client_msg_id;
  auto operator<=>(const SentKey&) const = default;
};

using UserPair = std::pair<UserId, UserId>;

struct Scene {
  // Locked. One that does not exist has no entry.
  std::map<ConversationId, Working> conversations;
  std::map<UserPair, ConversationId> singles;  // by the lower and the higher one
  std::map<GroupId, GroupRow> groups;
  std::map<MemberKey, MemberRow> members;
  std::map<UserId, std::size_t> groups_of;  // how many each is in
  std::map<UserId, UserStatus> statuses;
  std::set<UserPair> blocks;  // who blocks whom
  std::map<PositionKey, PositionRow> positions;
  std::map<SentKey, std::shared_ptr<const Message>> sent;
  std::map<MessageId, std::shared_ptr<Message>> messages;  // recalled, or the newest of one
  std::set<MessageId> taken;                               // ids that no new message may have

  // To be written besides.
  std::vector<std::shared_ptr<Message>> fresh;
  std::vector<MessageId> recalled;
  std::vector<ConversationEvent> events;
  std::map<std::pair<SessionId, ConversationId>, Seq> acknowledged;

  Working* find(const ConversationId& id) {
    const auto found = conversations.find(id);
    return found == conversations.end() ? nullptr : &found->second;
  }
  const MaybeMember& member(GroupId group, UserId user) const {
    static const MaybeMember nobody;
    const auto found = members.find({group, user});
    return found == members.end() ? nobody : found->second.row;
  }
  bool either_blocks(UserId a, UserId b) const {
    return blocks.contains({a, b}) || blocks.contains({b, a});
  }
};

}  // namespace gochat::mysql
