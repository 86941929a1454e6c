#include <gmock/gmock.h>

#include <map>
#include <utility>

#include "contract/conversation_store_contract.hpp"

namespace gochat::contract {

void ConversationStoreContract::make_places(int people, int groups) {
  for (int n = 0; n < people; ++n) people_.push_back(person());
  for (int n = 0; n < groups; ++n) places_.push_back(group(people_[static_cast<std::size_t>(n)]));
  for (std::size_t n = 1; n < people_.size(); ++n) {
    places_.push_back(single(people_[0], people_[n]));
  }
}

LogItem ConversationStoreContract::something() {
  const ConversationId& place = places_[random_.number() % places_.size()];
  const UserId one = people_[random_.number() % people_.size()];
  const UserId other = people_[random_.number() % people_.size()];
  switch (random_.number() % 8) {
    case 0:
      return change(place, change::Join{one});
    case 1:
      return change(place, change::Leave{one});
    case 2:
      return change(place, change::AdvanceRead{one, Seq{random_.number() % 40}});
    case 3:
      return change(place, change::RemoveMember{other, one});
    default:
      return draft(place, one, "x");
  }
}

void ConversationStoreContract::live(int steps) {
  std::vector<LogItem> items;
  for (int n = 0; n < steps; ++n) {
    items.push_back(something());
    if (random_.number() % 4 == 0) append(std::exchange(items, {}));
  }
  append(std::move(items));
}

ConversationStoreContract::Counted ConversationStoreContract::count(const UserConversation& one,
                                                                    UserId user) {
  Seq last = head(one.head.id).last_seq;
  EventNo last_event = head(one.head.id).last_event_no;
  if (one.head.kind == ConversationKind::group) {
    const Membership row = member(one.head.id, user);
    if (row.left_seq) last = *row.left_seq;
    if (row.left_seq) last_event = row.left_event_no;
  }
  Counted counted;
  PageQuery query;
  query.conversation = one.head.id;
  query.after = Seq{0};
  for (bool more = true; more;) {
    const MessagePage found = page(query);
    for (const Message& message : found.messages) {
      if (message.seq > last) continue;
      ++counted.messages;
      if (message.seq > one.position.read_seq) ++counted.unread;
    }
    query.after = found.up_to_seq;
    more = found.has_more;
  }
  for (const ConversationEvent& event : events(one.head.id)) {
    if (event.no <= last_event) ++counted.events;
  }
  return counted;
}

void ConversationStoreContract::recount(UserId user) {
  std::uint64_t sum = 0;
  for (const UserConversation& one : get(stores().conversations().list_for(user))) {
    const Counted counted = count(one, user);
    EXPECT_EQ(one.unread(), counted.unread) << one.head.id.text() << " of " << user.text();
    EXPECT_EQ(one.last_seq().number(), counted.messages) << one.head.id.text();
    EXPECT_EQ(one.last_event_no().number(), counted.events) << one.head.id.text();
    sum += counted.messages + counted.events;
  }
  EXPECT_EQ(mark(user), sum);
}

namespace {

using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

std::vector<std::string> ids_of(const std::vector<UserConversation>& list) {
  std::vector<std::string> ids;
  for (const UserConversation& one : list) ids.push_back(one.head.id.text());
  return ids;
}

TEST_P(ConversationStoreContract, knows_no_conversation_that_never_was) {
  const UserId ann = person();
  auto& conversations = stores().conversations();
  EXPECT_EQ(code(conversations.find(single_id(ann, person()))), ErrorCode::not_found);
  EXPECT_EQ(code(conversations.find_for(ann, ConversationId{"group_5"})), ErrorCode::not_found);
  EXPECT_EQ(get(conversations.find_single(ann, person())), std::nullopt);
  EXPECT_THAT(get(conversations.list_for(ann)), IsEmpty());
  EXPECT_EQ(mark(ann), 0U);
}

TEST_P(ConversationStoreContract, shows_nobody_a_conversation_that_they_never_had) {
  const UserId ann = person();
  const auto chat = single(ann, person());
  const auto team = group(ann);
  const UserId eve = person();
  EXPECT_EQ(code(stores().conversations().find_for(eve, chat)), ErrorCode::not_found);
  EXPECT_EQ(code(stores().conversations().find_for(eve, team)), ErrorCode::not_found);
  EXPECT_EQ(of(eve, world_id).head.id, world_id);
}

TEST_P(ConversationStoreContract, lists_all_that_a_person_has_but_the_world_room) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  const auto reversed = single(person(), ann);
  const auto own = group(ann);
  const auto joined = group(bob, {ann});
  group(bob);
  send(world_id, ann);
  EXPECT_THAT(ids_of(get(stores().conversations().list_for(ann))),
              UnorderedElementsAre(chat.text(), reversed.text(), own.text(), joined.text()));
}

TEST_P(ConversationStoreContract, lists_each_conversation_as_it_is_found_alone) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  const auto team = group(bob, {ann});
  send_many(chat, bob, 3);
  send_many(team, bob, 2);
  apply(chat, change::AdvanceRead{ann, Seq{1}});
  apply(team, change::EditSettings{ann, true, true});
  for (const UserConversation& listed : get(stores().conversations().list_for(ann))) {
    const UserConversation alone = of(ann, listed.head.id);
    EXPECT_EQ(listed.head.last_seq, alone.head.last_seq);
    EXPECT_EQ(listed.head.last_event_no, alone.head.last_event_no);
    EXPECT_EQ(listed.head.last_preview, alone.head.last_preview);
    EXPECT_EQ(listed.unread(), alone.unread());
    EXPECT_EQ(listed.position.muted, alone.position.muted);
    EXPECT_EQ(listed.position.pinned, alone.position.pinned);
    EXPECT_EQ(listed.group.has_value(), alone.group.has_value());
    EXPECT_EQ(listed.membership.has_value(), alone.membership.has_value());
  }
}

TEST_P(ConversationStoreContract, gives_groups_their_settings_and_the_persons_row) {
  const UserId ann = person();
  const UserId bob = person();
  Group wanted;
  wanted.name = "climbers";
  const auto team = group(bob, {ann}, wanted);
  const UserConversation found = of(ann, team);
  ASSERT_TRUE(found.group);
  ASSERT_TRUE(found.membership);
  EXPECT_EQ(found.group->name, "climbers");
  EXPECT_EQ(found.group->member_count, 2U);
  EXPECT_EQ(found.membership->user, ann);
  EXPECT_FALSE(of(ann, single(ann, bob)).group);
}

TEST_P(ConversationStoreContract, freezes_a_conversation_for_who_left_it) {
  const UserId ann = person();
  const UserId bob = person();
  const auto team = group(ann, {bob});
  send_many(team, ann, 2);
  const Changed left = apply(team, change::Leave{bob});
  send_many(team, ann, 3);
  apply(team, change::Join{person()});
  const auto list = get(stores().conversations().list_for(bob));
  ASSERT_EQ(list.size(), 1U);
  EXPECT_TRUE(list[0].left());
  EXPECT_EQ(list[0].last_seq(), Seq{2});
  EXPECT_EQ(list[0].last_event_no(), only_event(left).no);
  EXPECT_EQ(list[0].unread(), 2U);
  EXPECT_EQ(mark(bob), 2 + only_event(left).no.number());
}

TEST_P(ConversationStoreContract, sums_messages_and_events_into_a_mark_without_the_world_room) {
  const UserId ann = person();
  const UserId bob = person();
  const auto chat = single(ann, bob);
  const auto team = group(ann, {bob});
  send_many(chat, ann, 4);
  send_many(team, ann, 3);
  send(world_id, bob);
  const std::uint64_t sum = 4 + head(chat).last_event_no.number() + 3 + events(team).size();
  EXPECT_EQ(mark(bob), sum);
  send(chat, ann);
  EXPECT_EQ(mark(bob), sum + 1);
  apply(team, change::Join{person()});
  EXPECT_EQ(mark(bob), sum + 2);
}

TEST_P(ConversationStoreContract, answers_the_marks_of_many_at_once) {
  const UserId ann = person();
  const UserId bob = person();
  const UserId eve = person();
  send_many(single(ann, bob), ann, 2);
  std::map<UserId, std::uint64_t> sums;
  for (const UserMark& one : get(stores().conversations().marks({ann, bob, eve}))) {
    sums[one.user] = one.sum;
  }
  EXPECT_EQ(sums, (std::map<UserId, std::uint64_t>{{ann, 2}, {bob, 2}, {eve, 0}}));
}

// Chance moves people in and out, lets them write and read; then everything that is kept ready for
// lists is counted again from the messages, the events and the member rows.
TEST_P(ConversationStoreContract, agrees_with_lists_unread_and_marks_after_a_thousand_steps) {
  make_places(6, 4);
  for (int round = 0; round < 5; ++round) {
    live(200);
    for (const UserId user : people_) recount(user);
  }
}

}  // namespace
}  // namespace gochat::contract
