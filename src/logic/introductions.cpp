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

protocol::ConversationPush line(const Conversation& head, const Group& group) {
  auto push = line(head);
  push.name = group.name;
  push.avatar = group.avatar;
  push.member_count = group.member_count;
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

Task<Result<Notice>> Introductions::of_group(Conversation head, std::vector<UserId> to) {
  const auto group = co_await repo_.groups.group(head.group);
  if (!group) co_return group.error();
  auto push = line(head, *group);
  if (!group->history_visible) push.last_message.clear();
  push.is_new = true;
  push.join_seq = head.last_seq;
  push.read_seq = head.last_seq;
  co_return Notice{head.id, std::move(push), std::move(to)};
}

Task<Result<std::vector<Notice>>> Introductions::of_settings(Conversation head,
                                                             SharedRoster roster) {
  const auto group = co_await repo_.groups.group(head.group);
  if (!group) co_return group.error();
  Notice whole{head.id, line(head, *group), {}};
  Notice without_words = whole;
  std::get<protocol::ConversationPush>(without_words.push).last_message.clear();
  for (const Membership& row : roster->list->rows) {
    if (!row.present()) continue;
    const bool reads = visible_range(row, group->history_visible).contains(head.last_seq);
    (reads ? whole : without_words).to.push_back(row.user);
  }
  std::vector<Notice> notices;
  for (Notice* notice : {&whole, &without_words}) {
    if (!notice->to.empty()) notices.push_back(std::move(*notice));
  }
  co_return notices;
}

}  // namespace gochat::logic
