#include "logic/introductions.hpp"

#include <algorithm>
#include <utility>

namespace gochat::logic {

namespace {

protocol::ConversationPush line(const Conversation& head) {
  protocol::ConversationPush push;
  push.kind = kind_name(head.kind);
  push.group = head.group;
  push.last_message = head.last_preview;
  push.last_message_at = head.last_message_at;
  push.last_seq = head.last_seq;
  return push;
}

}  // namespace

Task<Result<std::vector<Notice>>> Introductions::of_single(Conversation head) {
  const std::vector<UserId> pair{head.user_lo, head.user_hi};
  const auto people = co_await repo_.users.users(pair);
  if (!people) co_return people.error();
  std::vector<Notice> notices;
  for (const User& peer : *people) {
    auto push = line(head);
    push.is_new = true;
    push.peer = peer.id;
    push.name = peer.username;
    push.nickname = peer.nickname;
    push.avatar = peer.avatar;
    notices.push_back({head.id, std::move(push), {head.peer_of(peer.id)}});
  }
  co_return notices;
}

Task<Result<Notice>> Introductions::group_line(Conversation head, std::vector<UserId> to) {
  const auto group = co_await repo_.groups.group(head.group);
  if (!group) co_return group.error();
  auto push = line(head);
  push.name = group->name;
  push.avatar = group->avatar;
  push.member_count = group->member_count;
  co_return Notice{head.id, std::move(push), std::move(to)};
}

Task<Result<Notice>> Introductions::of_group(Conversation head, std::vector<UserId> to) {
  const Seq joined_at = head.last_seq;
  auto notice = co_await group_line(std::move(head), std::move(to));
  if (!notice) co_return notice.error();
  auto& push = std::get<protocol::ConversationPush>(notice->push);
  push.is_new = true;
  push.join_seq = joined_at;
  push.read_seq = joined_at;
  co_return notice;
}

}  // namespace gochat::logic
