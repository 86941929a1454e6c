#include "logic/conversations.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "domain/limits.hpp"
#include "domain/list_place.hpp"

namespace gochat::logic {

namespace {

// Neither the first words of what was said before somebody came or after they went are theirs, nor
// what became of the group since.
void hide_what_is_not_theirs(UserConversation& one) {
  if (!one.membership || !one.group) return;
  const auto range = visible_range(*one.membership, one.group->history_visible);
  const bool reads = range.contains(one.head.last_seq);
  if (!reads) one.head.last_preview.clear();
  if (!one.left()) return;
  if (!reads) one.head.last_message_at = {};
  one.group->member_count = 0;
}

}  // namespace

Task<Result<std::vector<ListedConversation>>> Conversations::with_peers(
    UserId user, std::vector<UserConversation> own) {
  std::vector<UserId> ids;
  for (const UserConversation& one : own) {
    if (one.head.kind == ConversationKind::single) ids.push_back(one.head.peer_of(user));
  }
  std::unordered_map<UserId, User> people;
  if (!ids.empty()) {
    auto found = co_await repo_.users.users(std::move(ids));
    if (!found) co_return found.error();
    for (User& one : *found) people.emplace(one.id, Access::public_part(std::move(one)));
  }
  std::vector<ListedConversation> listed;
  listed.reserve(own.size());
  for (UserConversation& one : own) {
    ListedConversation line;
    const auto peer = people.find(one.head.peer_of(user));
    if (one.head.kind == ConversationKind::single && peer != people.end()) {
      line.peer = peer->second;
    }
    hide_what_is_not_theirs(one);
    line.conversation = std::move(one);
    listed.push_back(std::move(line));
  }
  co_return listed;
}

Task<Result<std::vector<ListedConversation>>> Conversations::list(Caller caller) {
  auto all = co_await access_.all_of(caller);
  if (!all) co_return all.error();
  std::erase_if(*all, [](const UserConversation& one) { return one.left(); });
  auto listed = co_await with_peers(caller.user, *std::move(all));
  if (listed) {
    std::ranges::sort(*listed, stands_before, [](const ListedConversation& one) {
      return list_place(one.conversation.head);
    });
  }
  co_return listed;
}

Task<Result<ListedConversation>> Conversations::get(Caller caller, ConversationId id) {
  auto own = co_await access_.reads(caller, std::move(id));
  if (!own) co_return own.error();
  std::vector<UserConversation> one;
  one.push_back(*std::move(own));
  auto listed = co_await with_peers(caller.user, std::move(one));
  if (!listed) co_return listed.error();
  co_return std::move(listed->front());
}

Task<Result<ConversationId>> Conversations::open(Caller by, UserId peer) {
  if (by.user == peer) {
    co_return refused(ErrorCode::invalid_params, "nobody chats with themselves");
  }
  const auto found = co_await repo_.conversations.single_of(by.user, peer);
  if (!found) co_return found.error();
  if (*found) {
    const auto blocked = co_await repo_.relations.blocked_between(by.user, peer);
    if (!blocked) co_return blocked.error();
    if (*blocked) co_return refused(ErrorCode::blocked, "you cannot write to this person");
    co_return (*found)->id;
  }
  // Guests answer chats that others opened.
  if (const auto may = Access::registered(by); !may) co_return may.error();
  const auto person = co_await access_.person(peer, "userId");
  if (!person) co_return person.error();
  const change::OpenSingle opening{by.user, peer};
  auto opened = co_await changes_.apply(single_id(by.user, peer), opening);
  if (!opened) co_return opened.error();
  co_return std::move(opened->head.id);
}

Task<Result<ListedConversation>> Conversations::open_single(Caller caller, UserId peer) {
  auto id = co_await open(caller, peer);
  if (!id) co_return id.error();
  co_return co_await get(caller, *std::move(id));
}

Task<Result<void>> Conversations::edit_group_line(Caller caller, ConversationId id,
                                                  ConversationEdit edit) {
  if (kind_of(id) != ConversationKind::group) {
    co_return refused(ErrorCode::invalid_params,
                      "only a group has a name and an avatar of its own");
  }
  change::EditGroup body;
  body.actor = caller.user;
  body.avatar = edit.avatar;
  if (edit.avatar) {
    if (const auto fits = check_avatar(*edit.avatar); !fits) co_return fits.error();
  }
  if (edit.name) {
    auto name = clean_line(*edit.name, "name", limits::group_name_code_points_max);
    if (!name) co_return name.error();
    if (name->empty()) co_return refused(ErrorCode::invalid_params, "name is empty");
    body.name = *std::move(name);
  }
  const auto changed = co_await changes_.apply(id, std::move(body));
  if (!changed) co_return co_await access_.as_seen_by(caller, std::move(id), changed.error());
  co_return Result<void>{};
}

Task<Result<void>> Conversations::edit_settings(Caller caller, ConversationId id,
                                                ConversationEdit edit) {
  const change::EditSettings body{caller.user, edit.muted, edit.pinned};
  const auto changed = co_await changes_.save(id, body);
  if (!changed) co_return co_await access_.as_seen_by(caller, std::move(id), changed.error());
  co_return Result<void>{};
}

Task<Result<ListedConversation>> Conversations::edit(Caller caller, ConversationId id,
                                                     ConversationEdit edit) {
  const auto own = co_await access_.reads(caller, id);
  if (!own) co_return own.error();
  // What may be refused comes first, so that a refusal has changed nothing.
  if (edit.name || edit.avatar) {
    const auto edited = co_await edit_group_line(caller, id, edit);
    if (!edited) co_return edited.error();
  }
  if (edit.muted || edit.pinned) {
    const auto edited = co_await edit_settings(caller, id, edit);
    if (!edited) co_return edited.error();
  }
  co_return co_await get(caller, std::move(id));
}

Task<Result<std::uint64_t>> Conversations::mark_read(Caller caller, ConversationId id,
                                                     std::optional<Seq> to) {
  return positions_.read(caller, std::move(id), to);
}

Task<Result<void>> Conversations::acknowledge(Caller caller, ConversationId id, Seq to) {
  return positions_.acknowledge(caller, std::move(id), to);
}

Task<Result<void>> Conversations::typing(Caller caller, ConversationId id, bool on) {
  return presence_.typing(caller, std::move(id), on);
}

Task<Result<void>> Conversations::presence(UserId user, bool online) {
  return presence_.changed(user, online);
}

}  // namespace gochat::logic
