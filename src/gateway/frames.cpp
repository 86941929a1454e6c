#include "gateway/frames.hpp"

#include <array>

namespace gochat::gateway {

using namespace protocol;

net::EncodedFrame frame_of(const FrameCodec& codec, const ServerFrame& frame, std::string_view re) {
  const std::string said = codec.encode(frame, re);
  if (said.empty()) return {};
  return codec.is_text() ? net::EncodedFrame::text(said) : net::EncodedFrame::binary(said);
}

Wording new_message(const ShownMessage& shown) {
  return Wording{[&shown](const FrameCodec& codec) {
    return frame_of(codec, NewMessage{{shown.message, shown.sender_name}});
  }};
}

MessageStored stored(const Receipt& receipt) {
  return {receipt.client_msg_id, receipt.conversation, receipt.message_id,
          receipt.seq,           receipt.sent_at,      receipt.duplicate};
}

MessageStored stored(const Message& message) {
  return {message.client_msg_id, message.conversation, message.id, message.seq, message.sent_at};
}

Wording head_line(const MessagePush& push) {
  return Wording{[&push](const FrameCodec& codec) {
    const std::string line = preview(push.message.content);
    ConversationView view{.id = push.message.conversation};
    view.last_message = line;
    view.last_message_time = push.message.sent_at;
    return frame_of(codec, ConversationUpdate{view});
  }};
}

namespace {

net::EncodedFrame encode(const FrameCodec& codec, const ConversationId& conversation,
                         const EventPush& push) {
  const ConversationEvent& event = push.event;
  const UserId subject{event.subject};
  const std::span<const UserId> users =
      push.subjects.empty() ? std::span{&subject, 1} : std::span{push.subjects};
  const GroupId group = group_of(conversation).value_or(GroupId{});
  switch (event.kind) {
    case EventKind::recall:
      return frame_of(codec, MessageRecalled{conversation, MessageId{event.subject},
                                             Seq{static_cast<std::uint64_t>(event.argument)},
                                             event.actor, event.no});
    case EventKind::join:
    case EventKind::leave:
    case EventKind::kick:
      return frame_of(codec, MembersChanged{conversation, group, users, event.actor, event.no,
                                            push.member_count, event.kind == EventKind::join});
    case EventKind::role:
    case EventKind::mute:
    case EventKind::transfer:
    case EventKind::disband:
    case EventKind::settings:
      break;
  }
  return frame_of(codec, ConversationUpdate{ConversationView{.id = conversation}, &event});
}

net::EncodedFrame encode(const FrameCodec& codec, const ConversationId& conversation,
                         const ReadPush& push) {
  return frame_of(codec, ReadNotice{conversation, push.user, push.read_seq});
}

net::EncodedFrame encode(const FrameCodec& codec, const ConversationId& conversation,
                         const DeliveredPush& push) {
  return frame_of(codec, DeliveredNotice{conversation, push.user, push.ack_seq});
}

net::EncodedFrame encode(const FrameCodec& codec, const ConversationId& conversation,
                         const TypingPush& push) {
  return frame_of(codec, TypingNotice{conversation, push.user, push.on});
}

net::EncodedFrame encode(const FrameCodec& codec, const ConversationId& conversation,
                         const PresencePush& push) {
  if (const auto group = group_of(conversation)) {
    return frame_of(codec, GroupMemberOnline{*group, push.user, push.online});
  }
  const std::array one{OnlineView{push.user, push.online}};
  return frame_of(codec, FriendOnline{one});
}

net::EncodedFrame encode(const FrameCodec& codec, const ConversationId& conversation,
                         const ConversationPush& push) {
  ConversationView view{.id = conversation};
  const std::string group = push.group.text();
  view.kind = kind_of(conversation);
  if (push.kind == "group") {
    view.target = GroupView{group, push.name, push.avatar, push.member_count};
  } else if (push.kind == "single") {
    view.target = PeerView{push.peer, push.name, push.avatar, std::nullopt, push.nickname};
  }
  view.last_message = push.last_message;
  if (push.last_message_at != WallTime{}) view.last_message_time = push.last_message_at;
  view.unread = push.unread;
  view.last_seq = push.last_seq;
  view.read_seq = push.read_seq;
  return frame_of(codec, ConversationUpdate{view});
}

net::EncodedFrame encode(const FrameCodec& codec, const ConversationId&, const MessagePush& push) {
  return frame_of(codec, NewMessage{{push.message, push.sender_name}});
}

net::EncodedFrame encode(const FrameCodec&, const ConversationId&, std::monostate) { return {}; }

}  // namespace

Wording told(const DownstreamRecord& record) {
  return Wording{[&record](const FrameCodec& codec) {
    return std::visit([&](const auto& push) { return encode(codec, record.conversation, push); },
                      record.push);
  }};
}

ConversationView view_of(const ListedConversation& listed) {
  const UserConversation& mine = listed.conversation;
  ConversationView view{.id = mine.head.id};
  view.kind = mine.head.kind;
  switch (mine.head.kind) {
    case ConversationKind::single:
      view.target = PeerView{listed.peer.id, listed.peer.username, listed.peer.avatar, std::nullopt,
                             listed.peer.nickname};
      break;
    case ConversationKind::group:
      if (mine.group) {
        view.target = GroupView{std::string_view{mine.head.id.text()}.substr(sizeof "group_" - 1),
                                mine.group->name, mine.group->avatar, mine.group->member_count};
      }
      break;
    case ConversationKind::world:
      view.target = GroupView{"world", world_name, "", 0};
      break;
  }
  view.last_message = mine.head.last_preview;
  if (mine.head.last_message_at != WallTime{}) view.last_message_time = mine.head.last_message_at;
  view.unread =
      mine.head.kind == ConversationKind::world && !mine.position.read_seq ? 0 : mine.unread();
  view.last_seq = mine.last_seq();
  view.read_seq = mine.position.read_seq;
  view.muted = mine.position.muted;
  view.pinned = mine.position.pinned;
  return view;
}

PageParts::PageParts(const History& page) : history{page} {
  messages.reserve(page.messages.size());
  for (const ShownMessage& shown : page.messages)
    messages.push_back({shown.message, shown.sender_name});
  for (const SeqRange& range : page.voids) voids.emplace_back(range.from, range.to);
}

PageView PageParts::view() const {
  PageView view;
  view.messages = messages;
  view.events = history.events;
  view.voids = voids;
  if (history.from_seq) view.from_seq = history.from_seq;
  view.up_to_seq = history.up_to_seq;
  view.event_no = history.event_no;
  view.has_more = history.has_more;
  return view;
}

}  // namespace gochat::gateway
