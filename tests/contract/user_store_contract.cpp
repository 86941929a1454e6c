#include <gmock/gmock.h>

#include "contract/people_contracts.hpp"

namespace gochat::contract {

NewUser UserStoreContract::fresh(std::int64_t id, const std::string& name) {
  NewUser made;
  made.user.id = UserId{id};
  made.user.username = name;
  made.user.nickname = "Nick of " + name;
  made.user.avatar = "http://example.org/" + name;
  made.user.email = name + "@example.org";
  made.user.created_at = now();
  made.username_key = name;
  made.password_hash = "hash of " + name;
  return made;
}

namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> names_of(const std::vector<User>& users) {
  std::vector<std::string> names;
  for (const User& user : users) names.push_back(user.username);
  return names;
}

TEST_P(UserStoreContract, keeps_every_field_of_a_person) {
  NewUser made = fresh(5, "ann");
  made.user.username = "\xc3\x84nn";
  made.user.role = UserRole::admin;
  made.user.is_guest = true;
  get(stores().users().create(made));
  const User found = user(UserId{5});
  EXPECT_EQ(found.id, UserId{5});
  EXPECT_EQ(found.username, made.user.username);
  EXPECT_EQ(found.nickname, made.user.nickname);
  EXPECT_EQ(found.avatar, made.user.avatar);
  EXPECT_EQ(found.email, made.user.email);
  EXPECT_EQ(found.status, UserStatus::active);
  EXPECT_EQ(found.role, UserRole::admin);
  EXPECT_TRUE(found.is_guest);
  EXPECT_EQ(found.created_at, made.user.created_at);
}

TEST_P(UserStoreContract, takes_a_name_once) {
  get(stores().users().create(fresh(1, "ann")));
  NewUser second = fresh(2, "ann");
  second.user.email = "other@example.org";
  const auto answer = run(stores().users().create(second));
  ASSERT_EQ(answer.code(), ErrorCode::conflict);
  EXPECT_THAT(answer.error().hint, HasSubstr("username"));
  EXPECT_THAT(get(stores().users().find({UserId{2}})), IsEmpty());
}

TEST_P(UserStoreContract, takes_an_email_once) {
  get(stores().users().create(fresh(1, "ann")));
  NewUser second = fresh(2, "bob");
  second.user.email = "ann@example.org";
  const auto answer = run(stores().users().create(second));
  ASSERT_EQ(answer.code(), ErrorCode::conflict);
  EXPECT_THAT(answer.error().hint, HasSubstr("email"));
}

TEST_P(UserStoreContract, lets_many_go_without_an_email) {
  for (std::int64_t n = 1; n <= 3; ++n) {
    NewUser made = fresh(n, "guest" + std::to_string(n));
    made.user.email.clear();
    EXPECT_EQ(code(stores().users().create(made)), ErrorCode::ok);
  }
  EXPECT_EQ(user(UserId{2}).email, "");
}

TEST_P(UserStoreContract, tells_names_apart_to_the_last_byte) {
  get(stores().users().create(fresh(1, "ann")));
  NewUser accented = fresh(2, "\xc3\xa4nn");
  accented.user.email.clear();
  EXPECT_EQ(code(stores().users().create(accented)), ErrorCode::ok);
  EXPECT_EQ(get(stores().users().find_by_key("ann")).id, UserId{1});
  EXPECT_EQ(get(stores().users().find_by_key("\xc3\xa4nn")).id, UserId{2});
  EXPECT_EQ(code(stores().users().find_by_key("ANN")), ErrorCode::not_found);
  EXPECT_EQ(code(stores().users().find_by_key("ann ")), ErrorCode::not_found);
}

TEST_P(UserStoreContract, leaves_out_whom_it_does_not_know) {
  get(stores().users().create(fresh(1, "ann")));
  get(stores().users().create(fresh(2, "bob")));
  EXPECT_THAT(names_of(get(stores().users().find({UserId{2}, UserId{77}, UserId{1}}))),
              UnorderedElementsAre("ann", "bob"));
  EXPECT_THAT(get(stores().users().find({})), IsEmpty());
}

TEST_P(UserStoreContract, finds_hundreds_at_once) {
  std::vector<UserId> ids;
  for (std::int64_t n = 1; n <= 300; ++n) {
    get(stores().users().create(fresh(n, "user" + std::to_string(n))));
    ids.push_back(UserId{n});
  }
  EXPECT_EQ(get(stores().users().find(ids)).size(), 300U);
}

TEST_P(UserStoreContract, gives_the_password_with_its_version_and_the_status) {
  get(stores().users().create(fresh(1, "ann")));
  const StoredPassword first = get(stores().users().password(UserId{1}));
  EXPECT_EQ(first.user, UserId{1});
  EXPECT_EQ(first.hash, "hash of ann");
  EXPECT_EQ(first.status, UserStatus::active);
  EXPECT_EQ(first.password_version, user(UserId{1}).password_version);
  get(stores().users().set_password(UserId{1}, "another", now()));
  const StoredPassword second = get(stores().users().password(UserId{1}));
  EXPECT_EQ(second.hash, "another");
  EXPECT_GT(second.password_version, first.password_version);
  EXPECT_EQ(user(UserId{1}).password_version, second.password_version);
  EXPECT_EQ(code(stores().users().password(UserId{77})), ErrorCode::not_found);
}

TEST_P(UserStoreContract, edits_what_was_given_and_nothing_else) {
  get(stores().users().create(fresh(1, "ann")));
  ProfileEdit edit;
  edit.nickname = "Annie";
  const User edited = get(stores().users().edit(UserId{1}, edit, now()));
  EXPECT_EQ(edited.nickname, "Annie");
  EXPECT_EQ(edited.email, "ann@example.org");
  EXPECT_EQ(user(UserId{1}).nickname, "Annie");
  EXPECT_EQ(user(UserId{1}).avatar, "http://example.org/ann");
}

TEST_P(UserStoreContract, edits_no_email_into_one_that_is_taken) {
  get(stores().users().create(fresh(1, "ann")));
  get(stores().users().create(fresh(2, "bob")));
  ProfileEdit edit;
  edit.nickname = "Bobby";
  edit.email = "ann@example.org";
  EXPECT_EQ(code(stores().users().edit(UserId{2}, edit, now())), ErrorCode::conflict);
  EXPECT_EQ(user(UserId{2}).nickname, "Nick of bob");
}

TEST_P(UserStoreContract, takes_an_email_away) {
  get(stores().users().create(fresh(1, "ann")));
  ProfileEdit edit;
  edit.email = "";
  EXPECT_EQ(get(stores().users().edit(UserId{1}, edit, now())).email, "");
}

TEST_P(UserStoreContract, sets_status_and_role) {
  get(stores().users().create(fresh(1, "ann")));
  get(stores().users().set_status(UserId{1}, UserStatus::disabled, now()));
  get(stores().users().set_role(UserId{1}, UserRole::admin, now()));
  EXPECT_EQ(user(UserId{1}).status, UserStatus::disabled);
  EXPECT_EQ(user(UserId{1}).role, UserRole::admin);
  EXPECT_EQ(get(stores().users().password(UserId{1})).status, UserStatus::disabled);
}

TEST_P(UserStoreContract, changes_nobody_whom_it_does_not_know) {
  auto& users = stores().users();
  EXPECT_EQ(code(users.edit(UserId{77}, {}, now())), ErrorCode::not_found);
  EXPECT_EQ(code(users.set_password(UserId{77}, "hash", now())), ErrorCode::not_found);
  EXPECT_EQ(code(users.set_status(UserId{77}, UserStatus::disabled, now())), ErrorCode::not_found);
  EXPECT_EQ(code(users.set_role(UserId{77}, UserRole::admin, now())), ErrorCode::not_found);
}

TEST_P(UserStoreContract, searches_by_the_beginning_of_name_or_nickname) {
  NewUser ann = fresh(1, "ann");
  ann.user.nickname = "Mountain goat";
  get(stores().users().create(ann));
  NewUser mona = fresh(2, "mona");
  mona.user.nickname = "Lisa";
  get(stores().users().create(mona));
  auto& users = stores().users();
  EXPECT_THAT(names_of(get(users.search("mo", "mo", {}, 10))), UnorderedElementsAre("ann", "mona"));
  EXPECT_THAT(names_of(get(users.search("mona", "mona", {}, 10))), ElementsAre("mona"));
  EXPECT_THAT(get(users.search("ona", "ona", {}, 10)), IsEmpty());
  EXPECT_THAT(names_of(get(users.search("mo", "li", {}, 10))), ElementsAre("mona"));
  EXPECT_THAT(names_of(get(users.search("x", "MOUNT", {}, 10))), ElementsAre("ann"));
  EXPECT_THAT(names_of(get(users.search("", "moun", {}, 10))), ElementsAre("ann"));
  EXPECT_THAT(names_of(get(users.search("mona", "", {}, 10))), ElementsAre("mona"));
}

TEST_P(UserStoreContract, searches_for_the_letters_themselves) {
  for (std::int64_t n = 1; n <= 3; ++n) {
    NewUser made = fresh(n, "user" + std::to_string(n));
    made.user.nickname = std::vector<std::string>{"100%", "100x", "a_b"}[n - 1];
    get(stores().users().create(made));
  }
  auto& users = stores().users();
  EXPECT_THAT(names_of(get(users.search("100%", "100%", {}, 10))), ElementsAre("user1"));
  EXPECT_THAT(get(users.search("a%", "a%", {}, 10)), IsEmpty());
  EXPECT_THAT(get(users.search("'; --", "'; --", {}, 10)), IsEmpty());
}

TEST_P(UserStoreContract, an_empty_prefix_is_everybodys) {
  for (std::int64_t n = 1; n <= 5; ++n) {
    get(stores().users().create(fresh(n, "user" + std::to_string(n))));
  }
  get(stores().users().set_status(UserId{4}, UserStatus::disabled, now()));
  auto& users = stores().users();
  EXPECT_THAT(names_of(get(users.search("", "", {}, 3))), ElementsAre("user1", "user2", "user3"));
  EXPECT_THAT(names_of(get(users.search("", "", UserId{3}, 3))), ElementsAre("user4", "user5"));
  EXPECT_THAT(get(users.search("", "", UserId{5}, 3)), IsEmpty());
}

TEST_P(UserStoreContract, pages_a_search_by_id) {
  for (std::int64_t n = 1; n <= 7; ++n) {
    get(stores().users().create(fresh(n, "user" + std::to_string(n))));
  }
  std::vector<std::string> seen;
  UserId after;
  for (;;) {
    const auto page = get(stores().users().search("user", "user", after, 3));
    EXPECT_LE(page.size(), 3U);
    if (page.empty()) break;
    for (const User& one : page) {
      EXPECT_GT(one.id, after);
      after = one.id;
      seen.push_back(one.username);
    }
  }
  EXPECT_THAT(seen, ElementsAre("user1", "user2", "user3", "user4", "user5", "user6", "user7"));
}

}  // namespace
}  // namespace gochat::contract
