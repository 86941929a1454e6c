// Who the senders of messages are: name and standing, bounded and of limited age.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "async/timer.hpp"
#include "base/bounded_map.hpp"
#include "ports/repo_api.hpp"

namespace gochat::logic {

// Names decorate a push and decide nothing. An entry is read again after `age_max`, since another
// process may have changed it; what changes here is forgotten at once, and a read that was under
// way meanwhile is not kept.
class PeopleCache {
 public:
  static constexpr std::size_t people_max = 65'536;
  static constexpr Duration age_max = std::chrono::seconds{60};

  PeopleCache(UserRepo& users, Timers& timers)
      : users_{users}, timers_{timers}, known_{people_max} {}

  struct Person {
    std::string name;
    bool active = true;
  };
  using People = std::unordered_map<UserId, Person>;

  // Without asking anybody; null when unknown or too old.
  const Person* peek(UserId user);
  // Missing users are left out. At most one read.
  Task<Result<People>> of(std::vector<UserId> users);
  void forget(UserId user);

 private:
  struct Entry {
    Person person;
    MonoTime read_at;
  };

  UserRepo& users_;
  Timers& timers_;
  BoundedMap<UserId, Entry> known_;
  std::uint64_t edits_ = 0;
};

}  // namespace gochat::logic
