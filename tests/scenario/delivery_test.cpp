// Stories of single misfortunes.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "base/fault.hpp"
#include "scenario/world.hpp"

namespace gochat::scenario {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr std::uint64_t seed = 1;

TEST(Scenario, a_message_reaches_the_other_and_the_sender_hears_that_it_is_stored) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto chat = world.chat(alice, bob);
  const auto id = world.say(alice, chat, "are you there?");
  world.settle();
  EXPECT_THAT(World::shown(bob, chat), ElementsAre("are you there?"));
  EXPECT_THAT(World::shown(alice, chat), ElementsAre("are you there?"));
  EXPECT_EQ(alice.said[id].seq, Seq{1});
  EXPECT_EQ(alice.said[id].receipts, 1);
  EXPECT_EQ(world.unread(bob, chat), 1U);
  EXPECT_EQ(world.unread(alice, chat), 0U) << "own messages never count";
  world.read(bob, chat);
  EXPECT_EQ(world.unread(bob, chat), 0U);
  EXPECT_THAT(world.broken_promises(), IsEmpty());
}

TEST(Scenario, both_hear_of_a_new_chat_before_its_first_message) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  world.chat(alice, bob);
  EXPECT_GE(alice.introductions, 1);
  EXPECT_GE(bob.introductions, 1);
}

TEST(Scenario, a_message_survives_a_crash_between_commit_and_push) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto chat = world.chat(alice, bob);
  world.end_at(Step::after_append);
  const auto id = world.say(alice, chat, "are you there?");
  world.settle();
  ASSERT_TRUE(world.ended());
  EXPECT_THAT(World::shown(bob, chat), IsEmpty());
  world.come_up();
  bob.shown.clear();  // what catching up has found is not what will be pushed
  world.life().serve();
  world.settle();
  EXPECT_THAT(World::shown(bob, chat), ElementsAre("are you there?"));
  EXPECT_FALSE(alice.said[id].seq) << "her connection, and the receipt with it, are gone";
  world.say_again(alice, id);
  world.settle();
  EXPECT_EQ(alice.said[id].seq, Seq{1});
  EXPECT_THAT(world.history(bob, chat), ElementsAre("are you there?"));
  EXPECT_THAT(world.broken_promises(), IsEmpty());
}

TEST(Scenario, a_redelivered_record_is_pushed_again_to_whoever_was_not_told) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto chat = world.chat(alice, bob);
  world.say(alice, chat, "first");
  world.settle();
  world.disconnect(bob);
  world.end_at(Step::before_publish);
  world.say(alice, chat, "second");
  world.settle();
  ASSERT_TRUE(world.ended());
  world.restart();
  world.connect(bob);  // before the redelivery has been handled
  world.settle();
  EXPECT_THAT(World::shown(bob, chat), ElementsAre("first", "second"));
  EXPECT_THAT(world.broken_promises(), IsEmpty());
}

// That the story before is a proof: with the bug planted that it is about, it ends otherwise.
TEST(Scenario, a_duplicate_that_skipped_its_push_would_be_noticed) {
  if (!fault::compiled_in) GTEST_SKIP() << "this build plants no bugs";
  ASSERT_TRUE(fault::arm({.plant = "duplicate_skips_fan_out"}));
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto chat = world.chat(alice, bob);
  world.end_at(Step::after_append);
  world.say(alice, chat, "are you there?");
  world.settle();
  world.come_up();
  bob.shown.clear();  // what catching up has found is not what will be pushed
  world.life().serve();
  world.settle();
  EXPECT_THAT(World::shown(bob, chat), IsEmpty());
  ASSERT_TRUE(fault::arm({}));
}

TEST(Scenario, a_crash_at_any_step_loses_and_doubles_nothing) {
  for (int step = 0; step < step_count; ++step) {
    for (const int nth : {1, 2, 3}) {
      World world{seed};
      auto& alice = world.person("alice");
      auto& bob = world.person("bobby");
      const auto chat = world.chat(alice, bob);
      world.end_at(static_cast<Step>(step), nth);
      for (const auto* text : {"one", "two", "three", "four"}) world.say(alice, chat, text);
      world.settle();
      EXPECT_THAT(world.broken_promises(), IsEmpty()) << "step " << step << ", pass " << nth;
      EXPECT_THAT(world.history(bob, chat), ElementsAre("one", "two", "three", "four"));
    }
  }
}

TEST(Scenario, a_clock_that_steps_repeats_no_id_and_turns_no_order_round) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto chat = world.chat(alice, bob);
  world.say(alice, chat, "one");
  world.clock_steps(-std::chrono::hours{1});
  world.say(bob, chat, "two");
  world.settle();
  world.restart();  // ids go on from the highest that is stored, and not from the clock
  world.say(alice, chat, "three");
  world.clock_steps(std::chrono::hours{48});
  world.say(bob, chat, "four");
  world.clock_steps(-std::chrono::hours{47});
  world.say(alice, chat, "five");
  world.settle();
  EXPECT_THAT(world.broken_promises(), IsEmpty());
  EXPECT_THAT(world.history(bob, chat), ElementsAre("one", "two", "three", "four", "five"));
}

TEST(Scenario, an_impatient_client_gets_the_same_place_and_nobody_a_second_push) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto chat = world.chat(alice, bob);
  const auto id = world.say(alice, chat, "are you there?");
  world.say_again(alice, id);
  world.settle();
  world.say_again(alice, id);
  world.settle();
  EXPECT_EQ(alice.said[id].receipts, 3);
  EXPECT_EQ(bob.shown[chat].pushed_twice, 0);
  EXPECT_THAT(world.history(bob, chat), ElementsAre("are you there?"));
}

TEST(Scenario, a_commit_whose_answer_was_lost_is_found_and_pushed) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto chat = world.chat(alice, bob);
  world.life().log.hide_answers(2);
  const auto id = world.say(alice, chat, "are you there?");
  world.settle();
  EXPECT_EQ(alice.said[id].seq, Seq{1});
  EXPECT_THAT(World::shown(bob, chat), ElementsAre("are you there?"));
  EXPECT_THAT(world.history(bob, chat), ElementsAre("are you there?"));
}

TEST(Scenario, everybody_is_reached_while_nobody_knows_where_they_are) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto chat = world.chat(alice, bob);
  world.life().registry.set_away(true);
  world.say(alice, chat, "are you there?");
  world.say(bob, world_id, "hello, world");
  world.settle();
  EXPECT_THAT(World::shown(bob, chat), ElementsAre("are you there?"));
  EXPECT_THAT(World::shown(alice, world_id), ElementsAre("hello, world"));
}

TEST(Scenario, what_a_full_queue_held_up_arrives_in_order) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto chat = world.chat(alice, bob);
  world.life().queue.set_full(true);
  world.say(alice, chat, "one");
  world.say(alice, chat, "two");
  world.settle();
  EXPECT_THAT(World::shown(bob, chat), IsEmpty());
  world.life().queue.set_full(false);
  world.settle();
  EXPECT_THAT(World::shown(bob, chat), ElementsAre("one", "two"));
  EXPECT_EQ(bob.shown[chat].pushed_twice, 0);
  EXPECT_THAT(world.broken_promises(), IsEmpty());
}

TEST(Scenario, whoever_was_removed_sees_nothing_that_was_said_later) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  auto& carol = world.person("carol");
  const auto group = world.group({&alice, &bob, &carol});
  world.say(alice, group, "welcome");
  world.settle();
  world.remove(alice, group, bob);
  world.say(alice, group, "he is gone");
  const auto late = world.say(bob, group, "wait");
  world.settle();
  EXPECT_THAT(World::shown(bob, group), ElementsAre("welcome"));
  EXPECT_THAT(World::shown(carol, group), ElementsAre("welcome", "he is gone"));
  EXPECT_EQ(bob.said[late].refusal, ErrorCode::not_a_member);
  EXPECT_THAT(world.history(bob, group), ElementsAre("welcome"));
  world.add(alice, group, bob);
  world.say(alice, group, "back again");
  world.settle();
  EXPECT_THAT(World::shown(bob, group), ElementsAre("welcome", "back again"));
  EXPECT_THAT(world.broken_promises(), IsEmpty());
}

// Two people in a large group, of which the others never come.
struct LargeGroup {
  explicit LargeGroup(World& world)
      : alice{world.person("alice")},
        bob{world.person("bobby")},
        group{world.group({&alice, &bob}, 510)} {}
  Person& alice;
  Person& bob;
  ConversationId group;
};

TEST(Scenario, a_large_group_is_told_by_task_in_order_and_once) {
  World world{seed};
  LargeGroup town{world};
  for (const auto* text : {"one", "two"}) world.say(town.alice, town.group, text);
  world.say(town.bob, town.group, "three");
  world.settle();
  EXPECT_THAT(World::shown(town.bob, town.group), ElementsAre("one", "two", "three"));
  EXPECT_THAT(World::shown(town.alice, town.group), ElementsAre("one", "two", "three"));
  // Bob's receipt came ahead of the first two, which he pulled: theirs were dropped.
  EXPECT_EQ(town.alice.shown[town.group].pushed_twice, 0);
  EXPECT_GT(world.tasks_done(), 0U);
  EXPECT_THAT(world.broken_promises(), IsEmpty());
}

TEST(Scenario, a_crash_at_any_step_of_a_large_group_loses_and_doubles_nothing) {
  for (int step = 0; step < step_count; ++step) {
    for (const int nth : {1, 2, 3, 5, 8}) {
      World world{seed, 2};
      auto& alice = world.person("alice");
      auto& bob = world.person("bobby");
      const auto group = world.group({&alice, &bob});
      world.end_at(static_cast<Step>(step), nth);
      for (const auto* text : {"one", "two", "three", "four"}) world.say(alice, group, text);
      world.settle();
      EXPECT_THAT(world.broken_promises(), IsEmpty()) << "step " << step << ", pass " << nth;
      EXPECT_THAT(world.history(bob, group), ElementsAre("one", "two", "three", "four"));
    }
  }
}

TEST(Scenario, nobody_waits_for_task_and_what_it_missed_comes_when_it_is_back) {
  World world{seed, 2};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  const auto group = world.group({&alice, &bob});
  world.stop_tasks();
  const auto id = world.say(alice, group, "are you there?");
  world.settle();
  EXPECT_EQ(alice.said[id].seq, Seq{1}) << "stored and answered";
  EXPECT_THAT(World::shown(bob, group), IsEmpty());
  world.come_up();
  bob.shown.clear();  // what catching up has found is not what will be pushed
  world.life().serve();
  world.settle();
  EXPECT_THAT(World::shown(bob, group), ElementsAre("are you there?"));
  EXPECT_THAT(world.broken_promises(), IsEmpty());
}

TEST(Scenario, whoever_was_removed_from_a_large_group_sees_nothing_that_was_said_later) {
  World world{seed};
  LargeGroup town{world};
  auto& carol = world.person("carol");
  world.add(town.alice, town.group, carol);
  world.say(town.alice, town.group, "welcome");
  world.settle();
  world.remove(town.alice, town.group, carol);
  world.say(town.alice, town.group, "she is gone");
  world.settle();
  EXPECT_THAT(World::shown(carol, town.group), ElementsAre("welcome"));
  EXPECT_THAT(World::shown(town.bob, town.group), ElementsAre("welcome", "she is gone"));
  EXPECT_THAT(world.broken_promises(), IsEmpty());
}

TEST(Scenario, a_stranger_is_told_that_there_is_no_such_group) {
  World world{seed};
  auto& alice = world.person("alice");
  auto& bob = world.person("bobby");
  auto& eve = world.person("eve");
  const auto group = world.group({&alice, &bob});
  const auto id = world.say(eve, group, "let me in");
  world.settle();
  EXPECT_EQ(eve.said[id].refusal, ErrorCode::not_found);
  EXPECT_THAT(World::shown(alice, group), IsEmpty());
  EXPECT_THAT(world.history(eve, group), IsEmpty());
}

}  // namespace
}  // namespace gochat::scenario
