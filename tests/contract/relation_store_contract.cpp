#include <gmock/gmock.h>

#include "contract/people_contracts.hpp"

namespace gochat::contract {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST_P(RelationStoreContract, makes_friends_both_ways_at_once) {
  const UserId ann = person();
  const UserId bob = person();
  const UserId cid = person();
  auto& relations = stores().relations();
  get(relations.add_friendship(ann, bob, now()));
  get(relations.add_friendship(cid, ann, now()));
  EXPECT_THAT(get(relations.friends(ann)), UnorderedElementsAre(bob, cid));
  EXPECT_THAT(get(relations.friends(bob)), ElementsAre(ann));
  EXPECT_THAT(get(relations.friends(person())), IsEmpty());
}

TEST_P(RelationStoreContract, refuses_to_make_friends_of_friends) {
  const UserId ann = person();
  const UserId bob = person();
  auto& relations = stores().relations();
  get(relations.add_friendship(ann, bob, now()));
  EXPECT_EQ(code(relations.add_friendship(ann, bob, now())), ErrorCode::conflict);
  EXPECT_EQ(code(relations.add_friendship(bob, ann, now())), ErrorCode::conflict);
}

TEST_P(RelationStoreContract, ends_a_friendship_from_either_side_once) {
  const UserId ann = person();
  const UserId bob = person();
  auto& relations = stores().relations();
  get(relations.add_friendship(ann, bob, now()));
  EXPECT_TRUE(get(relations.remove_friendship(bob, ann)));
  EXPECT_FALSE(get(relations.remove_friendship(bob, ann)));
  EXPECT_THAT(get(relations.friends(ann)), IsEmpty());
  EXPECT_THAT(get(relations.friends(bob)), IsEmpty());
  EXPECT_EQ(code(relations.add_friendship(ann, bob, now())), ErrorCode::ok);
}

TEST_P(RelationStoreContract, blocks_one_way_and_tells_both) {
  const UserId ann = person();
  const UserId bob = person();
  auto& relations = stores().relations();
  get(relations.set_block(ann, bob, true, now()));
  EXPECT_THAT(get(relations.blocks(ann)), ElementsAre(bob));
  EXPECT_THAT(get(relations.blocks(bob)), IsEmpty());
  EXPECT_TRUE(get(relations.blocked_between(ann, bob)));
  EXPECT_TRUE(get(relations.blocked_between(bob, ann)));
  EXPECT_FALSE(get(relations.blocked_between(ann, person())));
}

TEST_P(RelationStoreContract, blocks_and_unblocks_as_often_as_one_likes) {
  const UserId ann = person();
  const UserId bob = person();
  auto& relations = stores().relations();
  for (const bool on : {true, true, false, false, true, false}) {
    get(relations.set_block(ann, bob, on, now()));
    EXPECT_EQ(get(relations.blocked_between(ann, bob)), on);
  }
}

TEST_P(RelationStoreContract, ends_only_its_own_block) {
  const UserId ann = person();
  const UserId bob = person();
  auto& relations = stores().relations();
  get(relations.set_block(ann, bob, true, now()));
  get(relations.set_block(bob, ann, true, now()));
  get(relations.set_block(ann, bob, false, now()));
  EXPECT_TRUE(get(relations.blocked_between(ann, bob)));
  EXPECT_THAT(get(relations.blocks(bob)), ElementsAre(ann));
}

}  // namespace
}  // namespace gochat::contract
