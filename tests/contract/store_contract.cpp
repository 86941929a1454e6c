#include "contract/stores.hpp"

namespace gochat::contract {

UserId StoreContract::person() {
  NewUser fresh;
  fresh.user.id = UserId{1'000 + ++people_};
  fresh.user.username = "Person" + std::to_string(people_);
  fresh.user.nickname = "Nick " + std::to_string(people_);
  fresh.user.created_at = now();
  fresh.username_key = "person" + std::to_string(people_);
  fresh.password_hash = "$2b$04$hash";
  get(stores().users().create(fresh));
  return fresh.user.id;
}

User StoreContract::user(UserId id) {
  auto found = get(stores().users().find({id}));
  if (found.size() != 1) throw std::runtime_error{"no user " + id.text()};
  return found.front();
}

}  // namespace gochat::contract
