// Roles, mutes, transfer and settings of a group, and the numbering of events.
#include <gmock/gmock.h>

#include "contract/conversation_log_contract.hpp"

namespace gochat::contract {
namespace {

using ::testing::IsEmpty;
using namespace std::chrono_literals;

TEST_P(ConversationLogContract, lets_the_owner_alone_set_roles) {
  const UserId ann = person();
  const UserId bob = person();
  const UserId cid = person();
  const auto team = group(ann, {bob, cid});
  const Changed promoted = apply(team, change::SetRole{ann, bob, Role::admin});
  EXPECT_EQ(only_event(promoted).kind, EventKind::role);
  EXPECT_EQ(only_event(promoted).subject, bob.number());
  EXPECT_EQ(only_event(promoted).argument, static_cast<std::int64_t>(Role::admin));
  EXPECT_EQ(member(team, bob).role, Role::admin);
  EXPECT_EQ(refused(team, change::SetRole{bob, cid, Role::admin}), ErrorCode::forbidden);
  EXPECT_EQ(refused(team, change::SetRole{ann, ann, Role::member}), ErrorCode::forbidden);
  EXPECT_EQ(refused(team, change::SetRole{ann, cid, Role::owner}), ErrorCode::invalid_params);
  EXPECT_EQ(refused(team, change::SetRole{ann, person(), Role::admin}), ErrorCode::not_found);
}

TEST_P(ConversationLogContract, changes_nothing_when_a_role_is_held_already) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  EXPECT_THAT(apply(team, change::SetRole{ann, bob, Role::member}).events, IsEmpty());
}

TEST_P(ConversationLogContract, mutes_downwards_only) {
  const UserId ann = person();
  const UserId bob = person();
  const UserId cid = person();
  const auto team = group(ann, {bob, cid});
  apply(team, change::SetRole{ann, bob, Role::admin});
  const WallTime until = now() + 1h;
  const Changed muted = apply(team, change::Mute{bob, cid, until});
  EXPECT_EQ(only_event(muted).kind, EventKind::mute);
  EXPECT_EQ(only_event(muted).subject, cid.number());
  EXPECT_EQ(only_event(muted).argument, ms(until));
  EXPECT_EQ(member(team, cid).muted_until, until);
  EXPECT_EQ(refused(team, change::Mute{bob, ann, until}), ErrorCode::forbidden);
  EXPECT_EQ(refused(team, change::Mute{cid, bob, until}), ErrorCode::forbidden);
  EXPECT_EQ(refused(team, change::Mute{bob, person(), until}), ErrorCode::not_found);
}

TEST_P(ConversationLogContract, hands_a_group_over_to_one_owner) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  EXPECT_EQ(refused(team, change::Transfer{bob, ann}), ErrorCode::forbidden);
  EXPECT_EQ(refused(team, change::Transfer{ann, person()}), ErrorCode::not_found);
  const Changed handed = apply(team, change::Transfer{ann, bob});
  EXPECT_EQ(only_event(handed).kind, EventKind::transfer);
  EXPECT_EQ(only_event(handed).subject, bob.number());
  EXPECT_EQ(settings(team).owner, bob);
  EXPECT_EQ(member(team, bob).role, Role::owner);
  EXPECT_EQ(member(team, ann).role, Role::admin);
  EXPECT_EQ(only_event(apply(team, change::Leave{ann})).kind, EventKind::leave);
}

TEST_P(ConversationLogContract, edits_what_was_given_and_nothing_else) {
  const UserId ann = person();
  Group wanted;
  wanted.name = "before";
  wanted.description = "stays";
  const auto team = group(ann, {}, wanted);
  const std::uint64_t version = settings(team).version;
  change::EditGroup edit;
  edit.actor = ann;
  edit.name = "after";
  edit.history_visible = true;
  const Changed edited = apply(team, edit);
  EXPECT_EQ(only_event(edited).kind, EventKind::settings);
  EXPECT_EQ(only_event(edited).actor, ann);
  EXPECT_EQ(settings(team).name, "after");
  EXPECT_TRUE(settings(team).history_visible);
  EXPECT_EQ(settings(team).description, "stays");
  EXPECT_GT(settings(team).version, version);
}

TEST_P(ConversationLogContract, changes_nothing_by_an_edit_that_says_what_is) {
  const UserId ann = person();
  const auto team = group(ann);
  change::EditGroup edit;
  edit.actor = ann;
  edit.name = settings(team).name;
  EXPECT_THAT(apply(team, edit).events, IsEmpty());
}

TEST_P(ConversationLogContract, lets_admins_edit_and_members_not) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  change::EditGroup edit;
  edit.actor = bob;
  edit.name = "mine";
  EXPECT_EQ(refused(team, edit), ErrorCode::forbidden);
  apply(team, change::SetRole{ann, bob, Role::admin});
  EXPECT_EQ(only_event(apply(team, edit)).actor, bob);
  edit.actor = person();
  edit.name = "theirs";
  EXPECT_EQ(refused(team, edit), ErrorCode::not_a_member);
}

TEST_P(ConversationLogContract, gives_every_event_its_place_between_two_messages) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann);
  const EventNo before = head(team).last_event_no;
  send(team, ann);
  apply(team, change::Join{bob});
  send_many(team, bob, 2);
  apply(team, change::SetRole{ann, bob, Role::admin});
  apply(team, change::Leave{bob});
  const auto happened = events(team, before);
  ASSERT_EQ(happened.size(), 3U);
  EXPECT_EQ(happened[0].kind, EventKind::join);
  EXPECT_EQ(happened[0].at_seq, Seq{1});
  EXPECT_EQ(happened[1].kind, EventKind::role);
  EXPECT_EQ(happened[1].at_seq, Seq{3});
  EXPECT_EQ(happened[2].kind, EventKind::leave);
  EXPECT_EQ(happened[2].at_seq, Seq{3});
}

TEST_P(ConversationLogContract, numbers_events_from_one_without_a_gap) {
  const UserId ann = person();
  const auto team = group(ann, {person(), person()});
  apply(team, change::AddMembers{ann, {person(), person()}});
  refused(team, change::Join{ann});
  refused(team, change::Leave{ann});
  apply(team, change::Join{person()});
  const auto all = events(team);
  for (std::size_t n = 0; n < all.size(); ++n) {
    EXPECT_EQ(all[n].no, EventNo{n + 1});
    EXPECT_EQ(all[n].conversation, team);
  }
  EXPECT_EQ(head(team).last_event_no, EventNo{all.size()});
}

TEST_P(ConversationLogContract, pages_events_by_number) {
  const UserId ann = person();
  const auto team = group(ann);
  for (int n = 0; n < 5; ++n) apply(team, change::Join{person()});
  const EventNo last = head(team).last_event_no;
  const auto some = get(stores().messages().events(team, EventNo{last.number() - 4}, 2));
  ASSERT_EQ(some.size(), 2U);
  EXPECT_EQ(some[0].no, EventNo{last.number() - 3});
  EXPECT_EQ(some[1].no, EventNo{last.number() - 2});
  EXPECT_THAT(events(team, last), IsEmpty());
}

TEST_P(ConversationLogContract, knows_no_events_of_a_conversation_that_never_was) {
  EXPECT_EQ(code(stores().messages().events(ConversationId{"group_5"}, EventNo{}, 10)),
            ErrorCode::not_found);
}

}  // namespace
}  // namespace gochat::contract
