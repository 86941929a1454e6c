#include "domain/membership.hpp"

#include <gtest/gtest.h>

#include <array>

namespace gochat {
namespace {

constexpr auto now = wall_time(1'750'000'000'000);
constexpr auto ok = ErrorCode::ok;
constexpr auto forbidden = ErrorCode::forbidden;
constexpr auto stranger = ErrorCode::not_a_member;
constexpr auto missing = ErrorCode::not_found;
constexpr auto conflict = ErrorCode::conflict;

// Everyone whom a rule can meet: never joined, left (with the row kept), and the three roles.
enum Who : std::size_t { nobody, gone, member, admin, owner };
constexpr std::array<const char*, 5> names{"nobody", "gone", "member", "admin", "owner"};

MaybeMember row(Who who, std::int64_t user) {
  if (who == nobody) return std::nullopt;
  Membership m;
  m.user = UserId{user};
  m.role = who == admin ? Role::admin : who == owner ? Role::owner : Role::member;
  if (who == gone) {
    m.role = Role::owner;  // a role that was held counts no more
    m.left_seq = Seq{9};
  }
  return m;
}

using Row = std::array<ErrorCode, 5>;
using Table = std::array<Row, 5>;  // actor x target

template <class Rule>
void expect_table(const Table& table, Rule rule) {
  for (std::size_t actor = 0; actor < 5; ++actor) {
    for (std::size_t target = 0; target < 5; ++target) {
      EXPECT_EQ(rule(row(Who{actor}, 1), row(Who{target}, 2)).code(), table[actor][target])
          << names[actor] << " on " << names[target];
    }
  }
}

template <class Rule>
void expect_row(const Row& expected, Rule rule) {
  for (std::size_t actor = 0; actor < 5; ++actor) {
    EXPECT_EQ(rule(row(Who{actor}, 1)).code(), expected[actor]) << names[actor];
  }
}

constexpr Row all_strangers{stranger, stranger, stranger, stranger, stranger};

Group open_group(std::uint32_t members = 3) {
  Group group;
  group.member_count = members;
  return group;
}
Group invite_group() {
  auto group = open_group();
  group.join_policy = JoinPolicy::invite;
  return group;
}
Group disbanded_group() {
  auto group = open_group();
  group.disbanded = true;
  return group;
}

TEST(Membership, commands_downwards_only_in_remove_and_mute) {
  constexpr Table table{{all_strangers,
                         all_strangers,
                         {missing, missing, forbidden, forbidden, forbidden},
                         {missing, missing, ok, forbidden, forbidden},
                         {missing, missing, ok, ok, forbidden}}};
  expect_table(table, may_remove);
  expect_table(table, may_mute);
}

TEST(Membership, removing_oneself_is_leaving) {
  EXPECT_TRUE(may_remove(row(member, 1), row(member, 1)).ok());
  EXPECT_TRUE(may_remove(row(admin, 1), row(admin, 1)).ok());
  EXPECT_EQ(may_remove(row(owner, 1), row(owner, 1)).code(), conflict);
  EXPECT_EQ(may_remove(row(gone, 1), row(gone, 1)).code(), stranger);
}

TEST(Membership, nobody_mutes_themselves) {
  for (const auto who : {member, admin, owner}) {
    EXPECT_EQ(may_mute(row(who, 1), row(who, 1)).code(), forbidden);
  }
}

TEST(Membership, roles_are_set_by_the_owner) {
  constexpr Row refused_row{forbidden, forbidden, forbidden, forbidden, forbidden};
  constexpr Table table{
      {all_strangers, all_strangers, refused_row, refused_row, {missing, missing, ok, ok, ok}}};
  for (const auto role : {Role::member, Role::admin}) {
    expect_table(table, [&](const auto& a, const auto& t) { return may_set_role(a, t, role); });
  }
}

TEST(Membership, nobody_changes_their_own_role) {
  EXPECT_EQ(may_set_role(row(owner, 1), row(owner, 1), Role::member).code(), forbidden);
  EXPECT_EQ(may_set_role(row(admin, 1), row(admin, 1), Role::admin).code(), forbidden);
  EXPECT_EQ(may_set_role(row(member, 1), row(member, 1), Role::admin).code(), forbidden);
}

TEST(Membership, ownership_is_transferred_and_never_set) {
  EXPECT_EQ(may_set_role(row(owner, 1), row(admin, 2), Role::owner).code(),
            ErrorCode::invalid_params);
  EXPECT_EQ(may_set_role(row(owner, 1), row(admin, 2), Role{7}).code(), ErrorCode::invalid_params);
}

TEST(Membership, ownership_goes_from_the_owner_to_a_member) {
  constexpr Row refused_row{forbidden, forbidden, forbidden, forbidden, forbidden};
  expect_table(
      {{all_strangers, all_strangers, refused_row, refused_row, {missing, missing, ok, ok, ok}}},
      may_transfer);
  EXPECT_EQ(may_transfer(row(owner, 1), row(owner, 1)).code(), ErrorCode::invalid_params);
}

TEST(Membership, the_owner_disbands_and_admins_edit) {
  expect_row({stranger, stranger, forbidden, forbidden, ok}, may_disband);
  expect_row({stranger, stranger, forbidden, ok, ok}, may_edit);
}

TEST(Membership, present_and_unmuted_people_send) {
  expect_row({stranger, stranger, ok, ok, ok}, [](const auto& who) { return may_send(who, now); });
  auto muted = row(member, 1);
  muted->muted_until = now + std::chrono::milliseconds{1};
  EXPECT_EQ(may_send(muted, now).code(), ErrorCode::muted);
  muted->muted_until = now;
  EXPECT_TRUE(may_send(muted, now).ok());
}

TEST(Membership, an_open_group_is_joined_by_whoever_is_not_in_it) {
  expect_row({ok, ok, conflict, conflict, conflict},
             [](const auto& who) { return may_join(open_group(), who); });
  expect_row({forbidden, forbidden, conflict, conflict, conflict},
             [](const auto& who) { return may_join(invite_group(), who); });
  expect_row({missing, missing, missing, missing, missing},
             [](const auto& who) { return may_join(disbanded_group(), who); });
}

TEST(Membership, a_full_group_takes_nobody) {
  EXPECT_TRUE(may_join(open_group(199), std::nullopt).ok());
  EXPECT_EQ(may_join(open_group(200), std::nullopt).code(), ErrorCode::group_full);
  EXPECT_TRUE(may_add(open_group(198), row(member, 1), 2).ok());
  EXPECT_EQ(may_add(open_group(198), row(member, 1), 3).code(), ErrorCode::group_full);
  EXPECT_EQ(may_add(open_group(250), row(owner, 1), 1).code(), ErrorCode::group_full);
  EXPECT_EQ(may_add(open_group(1), row(owner, 1), ~std::uint32_t{0}).code(), ErrorCode::group_full);
}

TEST(Membership, members_add_to_an_open_group_and_admins_to_one_by_invitation) {
  expect_row({stranger, stranger, ok, ok, ok},
             [](const auto& who) { return may_add(open_group(), who, 1); });
  expect_row({stranger, stranger, forbidden, ok, ok},
             [](const auto& who) { return may_add(invite_group(), who, 1); });
  expect_row({missing, missing, missing, missing, missing},
             [](const auto& who) { return may_add(disbanded_group(), who, 1); });
}

TEST(Membership, the_owner_does_not_leave) {
  expect_row({stranger, stranger, ok, ok, conflict},
             [](const auto& who) { return may_leave(open_group(), who); });
  EXPECT_EQ(may_leave(disbanded_group(), row(member, 1)).code(), missing);
}

RecallCase recall_by(MaybeMember actor_row, std::int64_t sender, std::int64_t age_ms) {
  return {UserId{1},
          std::move(actor_row),
          UserId{sender},
          now - std::chrono::milliseconds{age_ms},
          now,
          std::chrono::milliseconds{120'000}};
}

TEST(Recall, is_for_own_messages_within_the_window) {
  for (const auto who : {nobody, member}) {  // nobody: a single chat has no rows
    EXPECT_TRUE(may_recall(recall_by(row(who, 1), 1, 120'000)).ok());
    EXPECT_EQ(may_recall(recall_by(row(who, 1), 1, 120'001)).code(), ErrorCode::recall_expired);
    EXPECT_EQ(may_recall(recall_by(row(who, 1), 2, 0)).code(), forbidden);
  }
}

TEST(Recall, is_free_for_admins_of_the_group) {
  for (const auto who : {admin, owner}) {
    EXPECT_TRUE(may_recall(recall_by(row(who, 1), 2, 1'000'000'000)).ok());
  }
}

TEST(Recall, ends_with_the_membership) {
  EXPECT_EQ(may_recall(recall_by(row(gone, 1), 1, 0)).code(), stranger);
}

TEST(Recall, is_not_hindered_by_a_clock_that_stepped_back) {
  EXPECT_TRUE(may_recall(recall_by(row(member, 1), 1, -5'000)).ok());
}

TEST(VisibleRange, begins_at_the_join_unless_history_is_visible) {
  auto m = *row(member, 1);
  m.join_seq = Seq{10};
  EXPECT_FALSE(visible_range(m, false).contains(Seq{10}));
  EXPECT_TRUE(visible_range(m, false).contains(Seq{11}));
  EXPECT_TRUE(visible_range(m, true).contains(Seq{1}));
  EXPECT_TRUE(visible_range(m, false).contains(Seq{1'000'000}));
}

TEST(VisibleRange, ends_where_the_person_left) {
  auto m = *row(gone, 1);
  EXPECT_TRUE(visible_range(m, true).contains(Seq{9}));
  EXPECT_FALSE(visible_range(m, true).contains(Seq{10}));
  EXPECT_TRUE(m.receives(Seq{9}));
  EXPECT_FALSE(m.receives(Seq{10}));
}

}  // namespace
}  // namespace gochat
