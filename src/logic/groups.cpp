#include "logic/groups.hpp"

#include <algorithm>
#include <unordered_map>
#include <utility>

#include "domain/limits.hpp"

namespace gochat::logic {

namespace {

Error invalid(std::string hint) { return refused(ErrorCode::invalid_params, std::move(hint)); }

Result<std::string> group_name(const std::string& name) {
  auto line = clean_line(name, "groupName", limits::group_name_code_points_max);
  if (line && line->empty()) return invalid("groupName is empty");
  return line;
}

Result<std::uint32_t> member_limit(std::uint32_t wanted, const Options& options) {
  if (wanted < 1 || wanted > options.group_members_max) {
    return invalid("maxMembers is from 1 to " + std::to_string(options.group_members_max));
  }
  return wanted;
}

// Everybody once, without `except`; the order of naming does not matter.
std::vector<UserId> each_once(std::vector<UserId> users, UserId except) {
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
  std::erase(users, except);
  return users;
}

Result<change::EditGroup> checked(UserId actor, GroupEdit edit, const Options& options) {
  change::EditGroup body;
  body.actor = actor;
  body.join_policy = edit.join_policy;
  body.history_visible = edit.history_visible;
  if (edit.name) {
    auto name = group_name(*edit.name);
    if (!name) return name.error();
    body.name = *std::move(name);
  }
  if (edit.description) {
    auto line = clean_line(*edit.description, "description", limits::description_code_points_max);
    if (!line) return line.error();
    body.description = *std::move(line);
  }
  if (edit.avatar) {
    if (const auto fits = check_avatar(*edit.avatar); !fits) return fits.error();
    body.avatar = std::move(edit.avatar);
  }
  if (edit.max_members) {
    const auto limit = member_limit(*edit.max_members, options);
    if (!limit) return limit.error();
    body.max_members = *limit;
  }
  return body;
}

}  // namespace

Groups::Groups(const Needs& needs, const Options& options, Access& access, Changes& changes,
               Conversations& conversations)
    : repo_{needs.repo},
      clock_{needs.clock},
      ids_{needs.ids},
      options_{options},
      access_{access},
      changes_{changes},
      conversations_{conversations} {}

Task<Result<void>> Groups::can_be_members(std::vector<UserId> users) {
  if (users.size() > limits::members_per_request_max) {
    co_return invalid("members: at most " + std::to_string(limits::members_per_request_max));
  }
  if (users.empty()) co_return Result<void>{};
  const auto found = co_await repo_.users.users(users);
  if (!found) co_return found.error();
  std::unordered_map<UserId, const User*> known;
  for (const User& user : *found) known.emplace(user.id, &user);
  for (const UserId id : users) {
    const auto user = known.find(id);
    if (user == known.end() || user->second->status != UserStatus::active) {
      co_return invalid("members: there is no user " + id.text());
    }
    if (user->second->is_guest) co_return invalid("members: " + id.text() + " is a guest");
  }
  co_return Result<void>{};
}

Task<Result<ListedConversation>> Groups::create(Caller caller, NewGroup wanted) {
  if (const auto may = Access::registered(caller); !may) co_return may.error();
  auto name = group_name(wanted.name);
  if (!name) co_return name.error();
  auto description =
      clean_line(wanted.description, "description", limits::description_code_points_max);
  if (!description) co_return description.error();
  if (const auto fits = check_avatar(wanted.avatar); !fits) co_return fits.error();
  const auto limit = member_limit(wanted.max_members.value_or(std::min(
                                      limits::group_members_default, options_.group_members_max)),
                                  options_);
  if (!limit) co_return limit.error();
  auto members = each_once(std::move(wanted.members), caller.user);
  if (members.size() + 1 > *limit) {
    co_return refused(ErrorCode::group_full, "more members than maxMembers");
  }
  const auto can = co_await can_be_members(members);
  if (!can) co_return can.error();

  change::CreateGroup body;
  body.group.id = GroupId{ids_.next()};
  body.group.name = *std::move(name);
  body.group.description = *std::move(description);
  body.group.avatar = std::move(wanted.avatar);
  body.group.owner = caller.user;
  body.group.max_members = *limit;
  body.group.join_policy = wanted.join_policy;
  body.group.history_visible = wanted.history_visible;
  body.group.created_at = clock_.now();
  body.members = std::move(members);
  auto id = group_conversation_id(body.group.id);
  const auto created = co_await changes_.apply(id, std::move(body));
  if (!created) co_return created.error();
  co_return co_await conversations_.get(caller, std::move(id));
}

Task<Result<Group>> Groups::group_info(Caller caller, GroupId id) {
  const auto in = co_await access_.is_in(caller, id);
  if (!in) co_return in.error();
  co_return co_await repo_.groups.group(id);
}

Task<Result<void>> Groups::change_as_member(Caller caller, GroupId id, change::Body body) {
  const auto in = co_await access_.is_in(caller, id);
  if (!in) co_return in.error();
  const auto changed = co_await changes_.apply(group_conversation_id(id), std::move(body));
  if (!changed) co_return changed.error();
  co_return Result<void>{};
}

Task<Result<Group>> Groups::edit_group(Caller caller, GroupId id, GroupEdit edit) {
  auto body = checked(caller.user, std::move(edit), options_);
  if (!body) co_return body.error();
  const auto edited = co_await change_as_member(caller, id, *std::move(body));
  if (!edited) co_return edited.error();
  co_return co_await repo_.groups.group(id);
}

Task<Result<void>> Groups::disband(Caller caller, GroupId id) {
  return change_as_member(caller, id, change::Disband{caller.user});
}

Task<Result<ListedConversation>> Groups::join(Caller caller, GroupId id) {
  if (const auto may = Access::registered(caller); !may) co_return may.error();
  auto conversation = group_conversation_id(id);
  const auto joined = co_await changes_.apply(conversation, change::Join{caller.user});
  if (!joined) {
    auto error = co_await access_.as_seen_by(caller, std::move(conversation), joined.error());
    // One answer for a group that is not there and one that does not show itself.
    if (error.code == ErrorCode::not_found) error = Access::no_such_group();
    co_return error;
  }
  co_return co_await conversations_.get(caller, std::move(conversation));
}

Task<Result<void>> Groups::leave(Caller caller, GroupId id) {
  return change_as_member(caller, id, change::Leave{caller.user});
}

Task<Result<std::vector<GroupMember>>> Groups::members(Caller caller, GroupId id, UserId after,
                                                       std::size_t limit) {
  const auto in = co_await access_.is_in(caller, id);
  if (!in) co_return in.error();
  const auto list = co_await repo_.groups.members(id);
  if (!list) co_return list.error();
  limit = std::min(limit, limits::members_per_request_max);
  std::vector<const Membership*> rows;
  std::vector<UserId> ids;
  for (const Membership& row : (*list)->rows) {
    if (rows.size() == limit) break;
    if (row.user <= after || !row.present()) continue;
    rows.push_back(&row);
    ids.push_back(row.user);
  }
  auto users = co_await repo_.users.users(std::move(ids));
  if (!users) co_return users.error();
  std::unordered_map<UserId, User> people;
  for (User& user : *users) people.emplace(user.id, Access::public_part(std::move(user)));
  std::vector<GroupMember> members;
  members.reserve(rows.size());
  for (const Membership* row : rows) {
    GroupMember member;
    member.user.id = row->user;
    if (const auto person = people.find(row->user); person != people.end()) {
      member.user = person->second;
    }
    member.membership = *row;
    members.push_back(std::move(member));
  }
  co_return members;
}

Task<Result<void>> Groups::add_members(Caller caller, GroupId id, std::vector<UserId> users) {
  // Whoever is no member learns nothing about the people they name either.
  const auto in = co_await access_.is_in(caller, id);
  if (!in) co_return in.error();
  users = each_once(std::move(users), caller.user);
  if (users.empty()) co_return invalid("members: nobody is named");
  const auto can = co_await can_be_members(users);
  if (!can) co_return can.error();
  change::AddMembers body{caller.user, std::move(users)};
  const auto changed = co_await changes_.apply(group_conversation_id(id), std::move(body));
  if (!changed) co_return changed.error();
  co_return Result<void>{};
}

Task<Result<void>> Groups::remove_member(Caller caller, GroupId id, UserId user) {
  if (user == caller.user) return leave(caller, id);
  return change_as_member(caller, id, change::RemoveMember{caller.user, user});
}

Task<Result<void>> Groups::set_role(Caller caller, GroupId id, UserId user, Role role) {
  return change_as_member(caller, id, change::SetRole{caller.user, user, role});
}

Task<Result<void>> Groups::mute(Caller caller, GroupId id, UserId user, WallTime until) {
  return change_as_member(caller, id, change::Mute{caller.user, user, until});
}

Task<Result<void>> Groups::transfer(Caller caller, GroupId id, UserId to) {
  return change_as_member(caller, id, change::Transfer{caller.user, to});
}

}  // namespace gochat::logic
