#include <gmock/gmock.h>

#include <algorithm>
#include <set>

#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {

std::vector<std::string> ServiceDirectoryContract::instances(const std::string& role) {
  std::vector<std::string> texts;
  for (const Instance& one : get(port().instances(own(role)))) {
    texts.push_back(one.name + "/" + std::to_string(one.boot) + "@" + one.address);
  }
  std::ranges::sort(texts);
  return texts;
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

TEST_P(CoordinatorContract, gives_every_instance_a_machine_number_of_its_own) {
  std::set<std::int64_t> numbers;
  for (const char* name : {"a", "b", "c"}) {
    const MachineLease lease = get(port().lease_machine(own(name)));
    EXPECT_GE(lease.machine, 0);
    EXPECT_LE(lease.machine, 1'023);
    EXPECT_GT(lease.usable_until, loop().timers().now());
    numbers.insert(lease.machine);
  }
  EXPECT_THAT(numbers, SizeIs(3));
}

TEST_P(CoordinatorContract, gives_an_instance_its_number_back) {
  const auto first = get(port().lease_machine(own("a"))).machine;
  get(port().lease_machine(own("b")));
  EXPECT_EQ(get(port().lease_machine(own("a"))).machine, first);
}

TEST_P(CoordinatorContract, hands_the_highest_floor_to_the_next_holder) {
  const auto machine = get(port().lease_machine(own("a"))).machine;
  get(port().keep_floor(machine, 5'000));
  get(port().keep_floor(machine, 4'000));
  EXPECT_GE(get(port().lease_machine(own("a"))).last_issued_floor, 5'000);
}

TEST_P(CoordinatorContract, lets_one_of_many_lead) {
  auto first = get(port().campaign(own("election"), "a"));
  loop().run_until([&] { return first->held(); }, "a leader");
  auto second = get(another().campaign(own("election"), "b"));
  pass(brief);
  EXPECT_TRUE(first->held());
  EXPECT_FALSE(second->held());
}

TEST_P(CoordinatorContract, lets_the_next_one_lead_when_the_first_resigns) {
  auto first = get(port().campaign(own("election"), "a"));
  loop().run_until([&] { return first->held(); }, "a leader");
  auto second = get(another().campaign(own("election"), "b"));
  first.reset();
  loop().run_until([&] { return second->held(); }, "the next leader");
}

TEST_P(CoordinatorContract, keeps_elections_apart) {
  auto first = get(port().campaign(own("election"), "a"));
  auto second = get(port().campaign(own("another"), "a"));
  loop().run_until([&] { return first->held() && second->held(); }, "two leaders");
}

TEST_P(ServiceDirectoryContract, lists_the_instances_of_a_role) {
  get(port().announce({own("logic"), "a", 1, "10.0.0.1:9001"}));
  get(port().announce({own("logic"), "b", 2, "10.0.0.2:9001"}));
  get(port().announce({own("repo"), "a", 3, "10.0.0.1:9002"}));
  EXPECT_THAT(instances("logic"), ElementsAre("a/1@10.0.0.1:9001", "b/2@10.0.0.2:9001"));
  EXPECT_THAT(instances("repo"), ElementsAre("a/3@10.0.0.1:9002"));
  EXPECT_THAT(instances("task"), IsEmpty());
}

TEST_P(ServiceDirectoryContract, replaces_an_instance_that_announces_itself_again) {
  get(port().announce({own("logic"), "a", 1, "10.0.0.1:9001"}));
  get(port().announce({own("logic"), "a", 2, "10.0.0.1:9003"}));
  EXPECT_THAT(instances("logic"), ElementsAre("a/2@10.0.0.1:9003"));
}

TEST_P(ServiceDirectoryContract, withdraws_one_instance) {
  get(port().announce({own("logic"), "a", 1, "10.0.0.1:9001"}));
  get(port().announce({own("logic"), "b", 1, "10.0.0.2:9001"}));
  get(port().withdraw({own("logic"), "a", 1, "10.0.0.1:9001"}));
  get(port().withdraw({own("logic"), "c", 1, "10.0.0.3:9001"}));
  EXPECT_THAT(instances("logic"), ElementsAre("b/1@10.0.0.2:9001"));
}

}  // namespace
}  // namespace gochat::contract
