// Long lives of small worlds: everything happens in an order that only the seed knows. A failure
// prints the seed; GOCHAT_SCENARIO_SEED runs that one alone, GOCHAT_SCENARIO_SEEDS as many.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

#include "scenario/world.hpp"

namespace gochat::scenario {
namespace {

constexpr std::uint64_t seeds = 40;
constexpr int steps = 60;

class Chance {
 public:
  explicit Chance(std::uint64_t seed) : engine_{seed} {}
  int below(int end) { return std::uniform_int_distribution<int>{0, end - 1}(engine_); }
  bool one_in(int n) { return below(n) == 0; }
  template <class T>
  T& any(std::vector<T>& of) {
    return of[static_cast<std::size_t>(below(static_cast<int>(of.size())))];
  }

 private:
  std::mt19937_64 engine_;
};

class Town {
 public:
  explicit Town(std::uint64_t seed) : world_{seed, large_from(seed)}, chance_{seed} {
    for (const auto* name : {"alice", "bobby", "carol", "david"}) {
      people_.push_back(&world_.person(name));
    }
    group_ = world_.group({people_[0], people_[1], people_[2]});
    rooms_ = {group_, world_.chat(*people_[0], *people_[1]), world_.chat(*people_[2], *people_[3]),
              world_id};
  }

  void live() {
    for (int step = 0; step < steps; ++step) {
      if (world_.ended()) world_.restart();
      if (chance_.one_in(12)) {
        world_.end_at(static_cast<Step>(chance_.below(step_count)), 1 + chance_.below(4));
      }
      something_happens();
      if (chance_.one_in(3)) world_.settle();
    }
  }
  World& world() { return world_; }

 private:
  // In every other town the group is told by task, shard by shard; in two of three of those it
  // grows to that size and shrinks again.
  static std::uint32_t large_from(std::uint64_t seed) {
    return seed % 2 ? limits::large_group_from : static_cast<std::uint32_t>(2 + seed % 3);
  }
  void something_happens() {
    Person& person = *chance_.any(people_);
    switch (chance_.below(10)) {
      case 0:
        return person.is_connected() ? world_.disconnect(person) : world_.connect(person);
      case 1:
        return world_.life().registry.set_away(chance_.one_in(2));
      case 2:
        return world_.life().queue.set_full(chance_.one_in(3));
      case 3:
        return world_.life().log.hide_answers(chance_.below(3));
      case 4:
        return change_the_group(person);
      case 5:
        return say_something_again(person);
      default:
        if (!person.is_connected())
          world_.connect(person, static_cast<std::size_t>(chance_.below(2)));
        world_.say(person, chance_.any(rooms_), "text " + std::to_string(++texts_));
    }
  }
  void change_the_group(Person& person) {
    Person& owner = *people_[0];
    if (&person == &owner) return;
    if (chance_.one_in(2)) return world_.add(owner, group_, person);
    world_.remove(owner, group_, person);
  }
  void say_something_again(Person& person) {
    if (!person.is_connected() || person.said.empty()) return;
    auto said = person.said.begin();
    std::advance(said, chance_.below(static_cast<int>(person.said.size())));
    world_.say_again(person, said->first);
  }

  World world_;
  Chance chance_;
  std::vector<Person*> people_;
  std::vector<ConversationId> rooms_;
  ConversationId group_;
  int texts_ = 0;
};

std::uint64_t setting(const char* name, std::uint64_t otherwise) {
  const char* text = std::getenv(name);
  return text ? std::strtoull(text, nullptr, 10) : otherwise;
}

TEST(Scenario, whatever_happens_every_promise_is_kept) {
  const std::uint64_t first = setting("GOCHAT_SCENARIO_SEED", 1);
  const bool alone = std::getenv("GOCHAT_SCENARIO_SEED") != nullptr;
  const std::uint64_t last = alone ? first : setting("GOCHAT_SCENARIO_SEEDS", seeds);
  std::uint64_t crashes = 0;
  std::size_t stored = 0;
  for (std::uint64_t seed = first; seed <= last; ++seed) {
    SCOPED_TRACE("GOCHAT_SCENARIO_SEED=" + std::to_string(seed));
    Town town{seed};
    town.live();
    ASSERT_THAT(town.world().broken_promises(), ::testing::IsEmpty());
    crashes += town.world().lives() - 1;
    stored += town.world().stored();
  }
  RecordProperty("crashes", static_cast<int>(crashes));
  RecordProperty("stored", static_cast<int>(stored));
  if (alone) return;
  // Lives without misfortune would prove nothing.
  EXPECT_GE(crashes, last);
  EXPECT_GE(stored, last * 10);
}

}  // namespace
}  // namespace gochat::scenario
