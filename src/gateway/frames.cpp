#include "gateway/frames.hpp"

#include <array>

#include "protocol/classic_codec.hpp"

namespace gochat::gateway {

using namespace protocol;

net::EncodedFrame frame_of(const ServerFrame& frame, std::string_view re) {
  return net::EncodedFrame::text(encode_classic(frame, re));
}

net::EncodedFrame error_frame(const Error& error, std::string_view client_msg_id,
                              std::string_view re) {
  return frame_of(ErrorFrame{error, client_msg_id}, re);
}

net::EncodedFrame new_message_frame(const MessagePush& push) {
  return net::EncodedFrame::text(encode_classic(NewMessage{{push.message, push.sender_name}}));
}

net::EncodedFrame new_message_frame(const ShownMessage& shown) {
  return net::EncodedFrame::text(encode_classic(NewMessage{{shown.message, shown.sender_name}}));
}

net::EncodedFrame stored_frame(const Receipt& receipt) {
  return frame_of(MessageStored{receipt.client_msg_id, receipt.conversation, receipt.message_id,
                                receipt.seq, receipt.sent_at, receipt.duplicate},
                  receipt.request_id);
}

net::EncodedFrame refusal_frame(const Receipt& receipt) {
  return error_frame(refused(receipt.code, receipt.hint), receipt.client_msg_id,
                     receipt.request_id);
}

net::EncodedFrame head_line_frame(const MessagePush& push) {
  const std::string line = preview(push.message.content);
  ConversationView view{.id = push.message.conversation};
  view.last_message = line;
  view.last_message_time = push.message.sent_at;
  return frame_of(ConversationUpdate{view});
}

net::EncodedFrame push_frame(const ConversationId& conversation, const EventPush& push) {
  const ConversationEvent& event = push.event;
  const UserId subject{event.subject};
  const std::span<const UserId> users =
      push.subjects.empty() ? std::span{&subject, 1} : std::span{push.subjects};
  const GroupId group = group_of(conversation).value_or(GroupId{});
  switch (event.kind) {
    case EventKind::recall:
      return frame_of(MessageRecalled{conversation, MessageId{event.subject},
                                      Seq{static_cast<std::uint64_t>(event.argument)}, event.actor,
                                      event.no});
    case EventKind::join:
    case EventKind::leave:
    case EventKind::kick:
      return frame_of(MembersChanged{conversation, group, users, event.actor, event.no,
                                     push.member_count, event.kind == EventKind::join});
    case EventKind::role:
    case EventKind::mute:
    case EventKind::transfer:
    case EventKind::disband:
    case EventKind::settings:
      break;
  }
  return frame_of(ConversationUpdate{ConversationView{.id = conversation}, &event});
}

net::EncodedFrame push_frame(const ConversationId& conversation, const ReadPush& push) {
  return frame_of(ReadNotice{conversation, push.user, push.read_seq});
}

net::EncodedFrame push_frame(const ConversationId& conversation, const DeliveredPush& push) {
  return frame_of(DeliveredNotice{conversation, push.user, push.ack_seq});
}

net::EncodedFrame push_frame(const ConversationId& conversation, const TypingPush& push) {
  return frame_of(TypingNotice{conversation, push.user, push.on});
}

net::EncodedFrame push_frame(const ConversationId& conversation, const PresencePush& push) {
  if (const auto group = group_of(conversation)) {
    return frame_of(GroupMemberOnline{*group, push.user, push.online});
  }
  const std::array one{OnlineView{push.user, push.online}};
  return frame_of(FriendOnline{one});
}

net::EncodedFrame push_frame(const ConversationId& conversation, const ConversationPush& push) {
  ConversationView view{.id = conversation};
  const std::string group = push.group.text();
  view.kind = kind_of(conversation);
  if (push.kind == "group") {
    view.target = GroupView{group, push.name, push.avatar, push.member_count};
  } else if (push.kind == "single") {
    view.target = PeerView{push.peer, push.name, push.avatar, std::nullopt};
  }
  view.last_message = push.last_message;
  if (push.last_message_at != WallTime{}) view.last_message_time = push.last_message_at;
  view.unread = push.unread;
  view.last_seq = push.last_seq;
  view.read_seq = push.read_seq;
  return frame_of(ConversationUpdate{view});
}

ConversationView view_of(const ListedConversation& listed) {
  const UserConversation& mine = listed.conversation;
  ConversationView view{.id = mine.head.id};
  view.kind = mine.head.kind;
  switch (mine.head.kind) {
    case ConversationKind::single:
      view.target =
          PeerView{listed.peer.id, listed.peer.username, listed.peer.avatar, std::nullopt};
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

net::EncodedFrame pull_frame(const History& history, std::string_view epoch, std::string_view re) {
  const PageParts parts{history};
  return frame_of(PullResult{history.conversation, parts.view(), epoch}, re);
}

}  // namespace gochat::gateway
