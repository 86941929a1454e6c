#include "logic/people_cache.hpp"

#include <algorithm>
#include <utility>

namespace gochat::logic {

const PeopleCache::Person* PeopleCache::peek(UserId user) {
  const Entry* entry = known_.find(user);
  if (!entry || timers_.now() - entry->read_at > age_max) return nullptr;
  return &entry->person;
}

void PeopleCache::forget(UserId user) {
  ++edits_;
  known_.erase(user);
}

Task<Result<PeopleCache::People>> PeopleCache::of(std::vector<UserId> users) {
  std::ranges::sort(users);
  users.erase(std::unique(users.begin(), users.end()), users.end());
  People people;
  people.reserve(users.size());
  std::erase_if(users, [&](UserId user) {
    const Person* person = peek(user);
    if (person) people.emplace(user, *person);
    return person != nullptr;
  });
  if (users.empty()) co_return people;

  const auto edits_before = edits_;
  const auto asked_at = timers_.now();
  auto read = co_await users_.users(std::move(users));
  if (!read) co_return read.error();
  for (const User& user : *read) {
    Person person{user.shown_name(), user.status == UserStatus::active};
    if (edits_ == edits_before) known_.put(user.id, {person, asked_at});
    people.emplace(user.id, std::move(person));
  }
  co_return people;
}

}  // namespace gochat::logic
