// Who is in a conversation: opened, created, joined, left, removed, and what each event says.
#include <gmock/gmock.h>

#include "contract/conversation_log_contract.hpp"

namespace gochat::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST_P(ConversationLogContract, opens_one_chat_for_a_pair_from_either_side) {
  const UserId ann = person();
  const UserId bob = person();
  const Changed first = apply(single_id(ann, bob), change::OpenSingle{bob, ann});
  const Changed second = apply(single_id(ann, bob), change::OpenSingle{ann, bob});
  EXPECT_TRUE(first.created);
  EXPECT_FALSE(second.created);
  EXPECT_EQ(first.head.id, second.head.id);
  EXPECT_EQ(first.head.kind, ConversationKind::single);
  EXPECT_EQ(first.head.user_lo, ann);
  EXPECT_EQ(first.head.user_hi, bob);
  EXPECT_EQ(get(stores().conversations().find_single(bob, ann))->id, first.head.id);
}

TEST_P(ConversationLogContract, opens_no_chat_while_either_blocks) {
  const UserId ann = person();
  const UserId bob = person();
  get(stores().relations().set_block(ann, bob, true, now()));
  const auto id = single_id(ann, bob);
  EXPECT_EQ(refused(id, change::OpenSingle{ann, bob}), ErrorCode::blocked);
  EXPECT_EQ(refused(id, change::OpenSingle{bob, ann}), ErrorCode::blocked);
  EXPECT_EQ(get(stores().conversations().find_single(ann, bob)), std::nullopt);
}

TEST_P(ConversationLogContract, creates_a_group_with_its_owner_and_members) {
  const UserId ann = person();
  const UserId bob = person();
  Group wanted;
  wanted.name = "climbers";
  wanted.description = "on Sundays";
  wanted.avatar = "http://example.org/a.png";
  wanted.max_members = 50;
  wanted.join_policy = JoinPolicy::invite;
  wanted.history_visible = true;
  const auto team = group(ann, {bob, ann, bob}, wanted);
  const Group made = settings(team);
  EXPECT_EQ(made.name, wanted.name);
  EXPECT_EQ(made.description, wanted.description);
  EXPECT_EQ(made.avatar, wanted.avatar);
  EXPECT_EQ(made.max_members, wanted.max_members);
  EXPECT_EQ(made.join_policy, wanted.join_policy);
  EXPECT_EQ(made.history_visible, wanted.history_visible);
  EXPECT_EQ(made.owner, ann);
  EXPECT_EQ(made.member_count, 2U);
  EXPECT_FALSE(made.disbanded);
  EXPECT_EQ(member(team, ann).role, Role::owner);
  EXPECT_EQ(member(team, bob).role, Role::member);
  EXPECT_EQ(head(team).kind, ConversationKind::group);
  EXPECT_EQ(head(team).group, group_of(team));
}

TEST_P(ConversationLogContract, creates_no_group_with_more_members_than_it_may_have) {
  Group wanted;
  wanted.id = GroupId{7'777};
  wanted.owner = person();
  wanted.max_members = 2;
  const auto id = group_conversation_id(wanted.id);
  EXPECT_EQ(refused(id, change::CreateGroup{wanted, {person(), person()}}), ErrorCode::group_full);
  EXPECT_EQ(code(stores().groups().find(wanted.id)), ErrorCode::not_found);
  EXPECT_EQ(code(stores().conversations().find(id)), ErrorCode::not_found);
}

TEST_P(ConversationLogContract, joins_at_the_present_message) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann);
  send_many(team, ann, 3);
  const Changed joined = apply(team, change::Join{bob});
  EXPECT_EQ(only_event(joined).kind, EventKind::join);
  EXPECT_EQ(only_event(joined).at_seq, Seq{3});
  EXPECT_EQ(only_event(joined).subject, bob.number());
  EXPECT_EQ(joined.member_count, 2U);
  EXPECT_EQ(member(team, bob).join_seq, Seq{3});
  EXPECT_TRUE(member(team, bob).present());
  EXPECT_EQ(of(bob, team).unread(), 0U);
  send(team, ann);
  EXPECT_EQ(of(bob, team).unread(), 1U);
}

TEST_P(ConversationLogContract, changes_nothing_when_a_member_joins) {
  const UserId ann = person();
  const auto team = group(ann);
  const auto before = head(team);
  const Changed again = apply(team, change::Join{ann});
  EXPECT_THAT(again.events, IsEmpty());
  EXPECT_EQ(again.head.last_event_no, before.last_event_no);
  EXPECT_EQ(again.head.member_version, before.member_version);
  EXPECT_EQ(settings(team).member_count, 1U);
}

TEST_P(ConversationLogContract, lets_nobody_join_by_themselves_where_one_is_invited) {
  Group wanted;
  wanted.join_policy = JoinPolicy::invite;
  const auto team = group(person(), {}, wanted);
  EXPECT_EQ(refused(team, change::Join{person()}), ErrorCode::forbidden);
}

TEST_P(ConversationLogContract, lets_nobody_into_a_full_group) {
  const UserId ann = person();
  Group wanted;
  wanted.max_members = 2;
  const auto team = group(ann, {}, wanted);
  EXPECT_EQ(refused(team, change::AddMembers{ann, {person(), person()}}), ErrorCode::group_full);
  apply(team, change::Join{person()});
  EXPECT_EQ(refused(team, change::Join{person()}), ErrorCode::group_full);
  EXPECT_EQ(settings(team).member_count, 2U);
}

TEST_P(ConversationLogContract, leaves_after_the_event_that_says_so) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  send_many(team, ann, 2);
  const Changed left = apply(team, change::Leave{bob});
  EXPECT_EQ(only_event(left).kind, EventKind::leave);
  EXPECT_EQ(only_event(left).actor, bob);
  EXPECT_EQ(only_event(left).subject, bob.number());
  EXPECT_EQ(left.member_count, 1U);
  const Membership row = member(team, bob);
  EXPECT_FALSE(row.present());
  EXPECT_EQ(row.left_seq, Seq{2});
  EXPECT_EQ(row.left_event_no, only_event(left).no);
}

TEST_P(ConversationLogContract, keeps_an_owner_until_the_group_is_handed_over) {
  const UserId ann = person();
  const auto team = group(ann, {person()});
  EXPECT_EQ(refused(team, change::Leave{ann}), ErrorCode::conflict);
  EXPECT_EQ(refused(team, change::RemoveMember{ann, ann}), ErrorCode::conflict);
}

TEST_P(ConversationLogContract, refuses_the_leave_of_somebody_who_is_not_in) {
  const UserId bob = person();
  const auto team = group(person(), {bob});
  EXPECT_EQ(refused(team, change::Leave{person()}), ErrorCode::not_a_member);
  apply(team, change::Leave{bob});
  EXPECT_EQ(refused(team, change::Leave{bob}), ErrorCode::not_a_member);
}

TEST_P(ConversationLogContract, starts_a_rejoin_anew) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  apply(team, change::SetRole{ann, bob, Role::admin});
  send(team, ann);
  apply(team, change::Leave{bob});
  send_many(team, ann, 2);
  apply(team, change::Join{bob});
  const Membership row = member(team, bob);
  EXPECT_EQ(row.role, Role::member);
  EXPECT_EQ(row.join_seq, Seq{3});
  EXPECT_EQ(row.left_seq, std::nullopt);
  EXPECT_EQ(of(bob, team).position.read_seq, Seq{3});
  EXPECT_EQ(settings(team).member_count, 2U);
}

TEST_P(ConversationLogContract, adds_those_who_are_not_in_yet) {
  const UserId ann = person();
  const UserId bob = person();
  const UserId cid = person();
  const UserId dan = person();
  const auto team = group(ann, {bob});
  const Changed added = apply(team, change::AddMembers{bob, {cid, ann, dan, cid}});
  std::vector<std::int64_t> entered;
  for (const ConversationEvent& event : added.events) {
    EXPECT_EQ(event.kind, EventKind::join);
    EXPECT_EQ(event.actor, bob);
    entered.push_back(event.subject);
  }
  EXPECT_THAT(entered, UnorderedElementsAre(cid.number(), dan.number()));
  EXPECT_EQ(added.member_count, 4U);
}

TEST_P(ConversationLogContract, lets_admins_alone_add_to_a_group_by_invitation) {
  const UserId ann = person();
  const UserId bob = person();
  Group wanted;
  wanted.join_policy = JoinPolicy::invite;
  const auto team = group(ann, {bob}, wanted);
  EXPECT_EQ(refused(team, change::AddMembers{bob, {person()}}), ErrorCode::forbidden);
  EXPECT_EQ(refused(team, change::AddMembers{person(), {person()}}), ErrorCode::not_a_member);
  EXPECT_EQ(apply(team, change::AddMembers{ann, {person()}}).member_count, 3U);
}

TEST_P(ConversationLogContract, removes_downwards_only) {
  const UserId ann = person();
  const UserId bob = person();
  const UserId cid = person();
  const UserId dan = person();
  const auto team = group(ann, {bob, cid, dan});
  apply(team, change::SetRole{ann, bob, Role::admin});
  apply(team, change::SetRole{ann, cid, Role::admin});
  EXPECT_EQ(refused(team, change::RemoveMember{dan, bob}), ErrorCode::forbidden);
  EXPECT_EQ(refused(team, change::RemoveMember{bob, cid}), ErrorCode::forbidden);
  EXPECT_EQ(refused(team, change::RemoveMember{bob, ann}), ErrorCode::forbidden);
  EXPECT_EQ(refused(team, change::RemoveMember{bob, person()}), ErrorCode::not_found);
  EXPECT_EQ(refused(team, change::RemoveMember{person(), dan}), ErrorCode::not_a_member);
  const Changed removed = apply(team, change::RemoveMember{bob, dan});
  EXPECT_EQ(only_event(removed).kind, EventKind::kick);
  EXPECT_EQ(only_event(removed).actor, bob);
  EXPECT_EQ(only_event(removed).subject, dan.number());
  EXPECT_FALSE(member(team, dan).present());
}

TEST_P(ConversationLogContract, calls_the_removal_of_oneself_leaving) {
  const UserId bob = person();
  const auto team = group(person(), {bob});
  EXPECT_EQ(only_event(apply(team, change::RemoveMember{bob, bob})).kind, EventKind::leave);
}

TEST_P(ConversationLogContract, ends_a_disbanded_group_for_everybody) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  send(team, ann);
  EXPECT_EQ(refused(team, change::Disband{bob}), ErrorCode::forbidden);
  const Changed disbanded = apply(team, change::Disband{ann});
  EXPECT_EQ(only_event(disbanded).kind, EventKind::disband);
  EXPECT_TRUE(settings(team).disbanded);
  EXPECT_FALSE(member(team, ann).present());
  EXPECT_EQ(member(team, bob).left_event_no, only_event(disbanded).no);
  EXPECT_EQ(refused(draft(team, ann, "?")), ErrorCode::not_a_member);
  EXPECT_EQ(refused(team, change::Join{bob}), ErrorCode::not_found);
  EXPECT_THAT(texts(team), ElementsAre("hello"));
}

TEST_P(ConversationLogContract, raises_the_version_with_everything_that_changes_who_may_write) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann);
  const std::vector<change::Body> bodies{
      change::Join{bob},
      change::Mute{ann, bob, now() + std::chrono::hours{1}},
      change::RemoveMember{ann, bob},
      change::AddMembers{ann, {bob}},
      change::SetRole{ann, bob, Role::admin},
      change::Transfer{ann, bob},
      change::Leave{ann},
      change::Disband{bob},
  };
  for (const change::Body& body : bodies) {
    const MemberVersion before = head(team).member_version;
    const Changed changed = apply(team, body);
    EXPECT_GT(changed.head.member_version, before) << body.index();
    EXPECT_EQ(head(team).member_version, changed.head.member_version);
  }
}

TEST_P(ConversationLogContract, lists_everybody_who_is_or_was_in_by_id) {
  const UserId ann = person();
  const UserId bob = person();
  const UserId cid = person();
  const auto team = group(cid, {bob, ann});
  apply(team, change::Leave{bob});
  const auto list = get(stores().groups().members(group_of(team).value()));
  EXPECT_EQ(list->version, head(team).member_version);
  ASSERT_EQ(list->rows.size(), 3U);
  EXPECT_EQ(list->rows[0].user, ann);
  EXPECT_EQ(list->rows[1].user, bob);
  EXPECT_EQ(list->rows[2].user, cid);
  EXPECT_FALSE(list->find(bob)->present());
  EXPECT_EQ(list->find(person()), nullptr);
}

TEST_P(ConversationLogContract, leaves_a_member_list_that_was_given_as_it_was) {
  const UserId ann = person();
  const auto team = group(ann);
  const auto before = get(stores().groups().members(group_of(team).value()));
  apply(team, change::Join{person()});
  const auto after = get(stores().groups().members(group_of(team).value()));
  EXPECT_EQ(before->rows.size(), 1U);
  EXPECT_EQ(after->rows.size(), 2U);
  EXPECT_GT(after->version, before->version);
}

TEST_P(ConversationLogContract, lists_groups_by_id_in_pages_without_the_disbanded) {
  const UserId ann = person();
  std::vector<GroupId> made;
  for (int n = 0; n < 4; ++n) made.push_back(group_of(group(ann)).value());
  std::ranges::sort(made);
  apply(group_conversation_id(made[1]), change::Disband{ann});
  const auto ids_of = [](const std::vector<Group>& groups) {
    std::vector<GroupId> ids;
    for (const Group& one : groups) ids.push_back(one.id);
    return ids;
  };
  auto& groups = stores().groups();
  EXPECT_THAT(ids_of(get(groups.list({}, 2))), ElementsAre(made[0], made[2]));
  EXPECT_THAT(ids_of(get(groups.list(made[2], 2))), ElementsAre(made[3]));
  EXPECT_THAT(get(groups.list(made[3], 2)), IsEmpty());
  const Group first = get(groups.list({}, 1)).at(0);
  EXPECT_EQ(first.owner, ann);
  EXPECT_EQ(first.member_count, get(groups.find(made[0])).member_count);
}

TEST_P(ConversationLogContract, knows_no_group_and_no_member_that_never_was) {
  EXPECT_EQ(code(stores().groups().find(GroupId{5})), ErrorCode::not_found);
  EXPECT_EQ(code(stores().groups().members(GroupId{5})), ErrorCode::not_found);
  const auto team = group(person());
  EXPECT_EQ(get(stores().groups().member(group_of(team).value(), person())), std::nullopt);
  EXPECT_EQ(refused(ConversationId{"group_5"}, change::Join{person()}), ErrorCode::not_found);
}

}  // namespace
}  // namespace gochat::contract
