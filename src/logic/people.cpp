#include "logic/people.hpp"

#include <algorithm>
#include <unordered_set>
#include <utility>

#include "domain/limits.hpp"
#include "domain/name_fold.hpp"

namespace gochat::logic {

People::People(const Needs& needs, Access& access, PeopleCache& cache, Conversations& conversations,
               Presence& presence)
    : repo_{needs.repo},
      registry_{needs.registry},
      clock_{needs.clock},
      access_{access},
      cache_{cache},
      conversations_{conversations},
      presence_{presence} {}

Task<Result<std::vector<User>>> People::public_parts(std::vector<UserId> ids) {
  if (ids.empty()) co_return std::vector<User>{};
  auto users = co_await repo_.users.users(std::move(ids));
  if (!users) co_return users.error();
  for (User& user : *users) user = Access::public_part(std::move(user));
  std::ranges::sort(*users, {}, &User::id);
  co_return users;
}

Task<Result<User>> People::profile(Caller caller) { return access_.person(caller.user, "userId"); }

Task<Result<User>> People::edit_profile(Caller caller, ProfileEdit edit) {
  if (edit.nickname) {
    auto line = clean_line(*edit.nickname, "nickname", limits::nickname_code_points_max);
    if (!line) co_return line.error();
    edit.nickname = *std::move(line);
  }
  if (edit.avatar) {
    if (const auto fits = check_avatar(*edit.avatar); !fits) co_return fits.error();
  }
  if (edit.email) {
    if (const auto fits = check_email(*edit.email); !fits) co_return fits.error();
  }
  auto edited = co_await repo_.users.edit_user(caller.user, std::move(edit), clock_.now());
  cache_.forget(caller.user);
  co_return edited;
}

Task<Result<User>> People::user_by_name(Caller caller, std::string username) {
  auto user = co_await repo_.users.user_by_name(std::move(username));
  if (!user) co_return user.error();
  if (user->status == UserStatus::erased) {
    co_return refused(ErrorCode::not_found, "there is no such user");
  }
  if (user->id == caller.user) co_return user;
  co_return Access::public_part(*std::move(user));
}

Task<Result<std::vector<User>>> People::users(std::vector<UserId> ids) {
  return public_parts(std::move(ids));
}

Task<Result<std::vector<User>>> People::search(Caller caller, std::string prefix, UserId after,
                                               std::size_t limit) {
  if (const auto may = Access::registered(caller); !may) co_return may.error();
  auto wanted = clean_line(prefix, "q", limits::nickname_code_points_max);
  if (!wanted) co_return wanted.error();
  // Of invisible characters alone it would be the beginning of every name.
  if (fold_name(*wanted).empty()) co_return refused(ErrorCode::invalid_params, "q is empty");
  limit = std::clamp<std::size_t>(limit, 1, search_results_max);
  auto found = co_await repo_.users.search_users(*std::move(wanted), after, limit);
  if (!found) co_return found.error();
  std::erase_if(*found, [](const User& user) { return user.status != UserStatus::active; });
  for (User& user : *found) user = Access::public_part(std::move(user));
  co_return found;
}

Task<Result<std::vector<std::pair<UserId, bool>>>> People::online(Caller caller) {
  const auto people = co_await presence_.acquaintances(caller.user);
  if (!people) co_return people.error();
  std::unordered_set<UserId> connected;
  if (!people->empty()) {
    // A registry that is away makes nobody's list fail: all look offline until it is back.
    const auto online = co_await registry_.online(*people);
    if (online) connected.insert(online->begin(), online->end());
  }
  std::vector<std::pair<UserId, bool>> all;
  all.reserve(people->size());
  for (const UserId user : *people) all.emplace_back(user, connected.contains(user));
  co_return all;
}

Task<Result<void>> People::add_friend(Caller caller, UserId user) {
  if (const auto may = Access::registered(caller); !may) co_return may.error();
  if (user == caller.user) {
    co_return refused(ErrorCode::invalid_params, "friendId is your own");
  }
  const auto person = co_await access_.person(user, "friendId");
  if (!person) co_return person.error();
  // The conversation first: friends without one would have no way to find each other in the list.
  const auto opened = co_await conversations_.open(caller, user);
  if (!opened) co_return opened.error();
  co_return co_await repo_.relations.add_friendship(caller.user, user, clock_.now());
}

Task<Result<void>> People::remove_friend(Caller caller, UserId user) {
  if (const auto may = Access::registered(caller); !may) co_return may.error();
  const auto removed = co_await repo_.relations.remove_friendship(caller.user, user);
  if (!removed) co_return removed.error();
  if (!*removed) co_return refused(ErrorCode::not_found, "you are not friends");
  co_return Result<void>{};
}

Task<Result<std::vector<User>>> People::friends(Caller caller) {
  if (const auto may = Access::registered(caller); !may) co_return may.error();
  auto ids = co_await repo_.relations.friends(caller.user);
  if (!ids) co_return ids.error();
  co_return co_await public_parts(*std::move(ids));
}

Task<Result<void>> People::set_block(Caller caller, UserId user, bool on) {
  if (const auto may = Access::registered(caller); !may) co_return may.error();
  if (user == caller.user) {
    co_return refused(ErrorCode::invalid_params, "nobody blocks themselves");
  }
  if (on) {
    const auto person = co_await access_.person(user, "userId");
    if (!person) co_return person.error();
  }
  co_return co_await repo_.relations.set_block(caller.user, user, on, clock_.now());
}

Task<Result<std::vector<User>>> People::blocks(Caller caller) {
  if (const auto may = Access::registered(caller); !may) co_return may.error();
  auto ids = co_await repo_.relations.blocks(caller.user);
  if (!ids) co_return ids.error();
  co_return co_await public_parts(*std::move(ids));
}

}  // namespace gochat::logic
