#include <gmock/gmock.h>

#include <algorithm>

#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {

InboxEntry InboxStoreContract::entry(const std::string& conversation, std::uint64_t seq) {
  return {ConversationId{conversation}, Seq{seq}, began + std::chrono::seconds{seq}};
}

void InboxStoreContract::add(std::vector<UserId> users, InboxEntry entry) {
  get(port().add({InboxAddition{std::move(users), std::move(entry)}}));
}

std::optional<std::vector<InboxEntry>> InboxStoreContract::read(UserId user, WallTime not_before) {
  return get(port().read(user, not_before));
}

namespace {

using ::testing::ElementsAre;
using ::testing::Optional;
using ::testing::UnorderedElementsAre;

const UserId alice{7'301'444'403'200'000'001};
const UserId bob{7'301'444'403'200'000'002};

TEST_P(InboxStoreContract, keeps_none_that_nobody_filled) {
  EXPECT_EQ(read(alice), std::nullopt);
  add({alice}, entry("single_a", 1));
  EXPECT_EQ(read(alice), std::nullopt);
}

TEST_P(InboxStoreContract, gives_what_was_filled_and_added_since) {
  get(port().fill(alice, {entry("single_a", 1), entry("single_b", 4)}));
  add({alice, bob}, entry("single_a", 2));
  // Each conversation's own order is promised, and none between them.
  const auto kept = read(alice);
  EXPECT_THAT(kept, Optional(UnorderedElementsAre(entry("single_a", 1), entry("single_b", 4),
                                                  entry("single_a", 2))));
  EXPECT_LT(std::ranges::find(*kept, entry("single_a", 1)),
            std::ranges::find(*kept, entry("single_a", 2)));
  EXPECT_EQ(read(bob), std::nullopt);
}

TEST_P(InboxStoreContract, keeps_an_empty_one) {
  get(port().fill(alice, {}));
  EXPECT_THAT(read(alice), Optional(ElementsAre()));
  add({alice}, entry("single_a", 1));
  EXPECT_THAT(read(alice), Optional(ElementsAre(entry("single_a", 1))));
}

TEST_P(InboxStoreContract, adds_an_entry_once) {
  get(port().fill(alice, {entry("single_a", 1)}));
  add({alice}, entry("single_a", 1));
  add({alice}, entry("single_b", 1));
  EXPECT_THAT(read(alice), Optional(ElementsAre(entry("single_a", 1), entry("single_b", 1))));
}

TEST_P(InboxStoreContract, replaces_what_was_filled_before) {
  get(port().fill(alice, {entry("single_a", 1)}));
  get(port().fill(alice, {entry("single_b", 2)}));
  EXPECT_THAT(read(alice), Optional(ElementsAre(entry("single_b", 2))));
}

TEST_P(InboxStoreContract, leaves_out_what_is_too_old) {
  get(port().fill(alice, {entry("single_a", 1), entry("single_a", 2), entry("single_a", 3)}));
  EXPECT_THAT(read(alice, began + std::chrono::seconds{2}),
              Optional(ElementsAre(entry("single_a", 2), entry("single_a", 3))));
}

TEST_P(InboxStoreContract, keeps_the_newest_of_too_many) {
  std::vector<InboxEntry> many;
  for (std::uint64_t seq = 1; seq <= limits::inbox_entries_max + 1; ++seq) {
    many.push_back(entry("single_a", seq));
  }
  get(port().fill(alice, many));
  add({alice}, entry("single_a", limits::inbox_entries_max + 2));
  const auto kept = read(alice);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->size(), limits::inbox_entries_max);
  EXPECT_EQ(kept->front().seq, Seq{3});
  EXPECT_EQ(kept->back().seq, Seq{limits::inbox_entries_max + 2});
}

}  // namespace
}  // namespace gochat::contract
