#include "repo/shown_copies.hpp"

#include <utility>

#include "protocol/copies.hpp"

namespace gochat::repo {
namespace {

constexpr CopyTimes user_times{.value = std::chrono::hours{24}};
constexpr CopyTimes group_times{.value = std::chrono::hours{1}};

Task<Result<std::vector<Group>>> groups_of(GroupStore* store, std::vector<GroupId> ids) {
  std::vector<Group> groups;
  for (const GroupId id : ids) {
    auto group = co_await store->find(id);
    if (!group && group.code() == ErrorCode::not_found) continue;
    if (!group) co_return std::move(group).error();
    groups.push_back(*std::move(group));
  }
  co_return groups;
}

}  // namespace

ShownCopies::ShownCopies(Cache& values, SetCache& sets, const Timers& timers, UserStore& users,
                         GroupStore& groups)
    : people_{values,
              timers,
              {"user_info:", protocol::copy_of, protocol::user_of_copy,
               [](const User& user) { return user.id; }},
              user_times,
              [&users](std::vector<UserId> ids) { return users.find(std::move(ids)); }},
      // Of a conversation the group is all that a copy can tell: heads are the database's.
      groups_{values,
              timers,
              {"conversation:group_", protocol::copy_of, protocol::group_of_copy,
               [](const Group& group) { return group.id; }},
              group_times,
              [&groups](std::vector<GroupId> ids) { return groups_of(&groups, std::move(ids)); }},
      members_{sets, timers, groups} {}

Task<Result<std::vector<User>>> ShownCopies::people(std::vector<UserId> ids) {
  return people_.get(std::move(ids));
}

Task<Result<Group>> ShownCopies::group(GroupId id) {
  std::vector<GroupId> one{id};
  auto found = co_await groups_.get(std::move(one));
  if (!found) co_return std::move(found).error();
  if (found->empty()) co_return refused(ErrorCode::not_found, "this group does not exist");
  co_return std::move(found->front());
}

Task<Result<std::shared_ptr<const MemberList>>> ShownCopies::members(GroupId id) {
  return members_.get(id);
}

Task<> ShownCopies::person_changed(UserId id) {
  std::vector<UserId> one{id};
  co_await people_.forget(std::move(one));
}

Task<> ShownCopies::group_changed(GroupId id) {
  std::vector<GroupId> one{id};
  co_await groups_.forget(std::move(one));
}

Task<> ShownCopies::members_changed(GroupId id, MemberVersion version) {
  return members_.changed(id, version);
}

}  // namespace gochat::repo
