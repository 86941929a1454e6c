#include "repo/member_copies.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "async/drive.hpp"
#include "async/wakeup.hpp"

namespace gochat::repo {
namespace {

using ::testing::ElementsAre;

constexpr GroupId climbers{7};

class FakeSets final : public SetCache {
 public:
  Task<Result<std::optional<Members>>> get(std::string key) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    const auto there = sets.find(key);
    if (there == sets.end()) co_return std::optional<Members>{};
    co_return std::optional{there->second};
  }
  Task<Result<bool>> fill(std::string key, Members members, Duration) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    const auto floor = floors.find(key);
    if (floor != floors.end() && members.version <= floor->second) co_return false;
    sets[key] = std::move(members);
    co_return true;
  }
  Task<Result<void>> invalidate(std::string key, std::uint64_t version, Duration ttl) override {
    if (away) co_return failed(ErrorCode::unavailable, "away");
    sets.erase(key);
    if (ttl > Duration{1}) floors[key] = version;
    co_return Result<void>{};
  }

  std::map<std::string, Members> sets;
  std::map<std::string, std::uint64_t> floors;
  bool away = false;
};

class FakeGroups final : public GroupStore {
 public:
  void set(std::uint64_t version, const std::vector<std::int64_t>& users) {
    now.version = MemberVersion{version};
    now.rows.clear();
    for (const std::int64_t user : users) {
      Membership row;
      row.user = UserId{user};
      now.rows.push_back(row);
    }
  }
  Task<Result<std::shared_ptr<const MemberList>>> members(GroupId) override {
    ++asked;
    const auto held = std::make_shared<const MemberList>(now);
    if (slow) co_await go_on.wait();
    if (held->rows.empty()) co_return ErrorCode::not_found;
    co_return std::shared_ptr<const MemberList>{held};
  }
  Task<Result<Group>> find(GroupId) override { co_return ErrorCode::not_found; }
  Task<Result<std::optional<Membership>>> member(GroupId, UserId) override {
    co_return std::optional<Membership>{};
  }
  Task<Result<std::vector<Group>>> list(GroupId, std::size_t) override {
    co_return std::vector<Group>{};
  }

  MemberList now;
  int asked = 0;
  bool slow = false;
  Wakeup go_on;
};

class MemberCopiesTest : public ::testing::Test {
 protected:
  std::vector<std::int64_t> get() {
    const auto list = drive(loop, copies.get(climbers));
    return list ? users_of(**list) : std::vector<std::int64_t>{};
  }
  static std::vector<std::int64_t> users_of(const MemberList& list) {
    std::vector<std::int64_t> users;
    for (const Membership& row : list.rows) users.push_back(row.user.number());
    return users;
  }
  void change(std::uint64_t version, const std::vector<std::int64_t>& users) {
    groups.set(version, users);
    drive(loop, copies.changed(climbers, MemberVersion{version}));
  }

  boost::asio::io_context loop;
  ManualTimers timers;
  FakeSets sets;
  FakeGroups groups;
  MemberCopies copies{sets, timers, groups};
};

TEST_F(MemberCopiesTest, asks_the_database_once_and_then_the_set) {
  groups.set(3, {2, 1, 9});
  const auto first = drive(loop, copies.get(climbers));
  const auto again = drive(loop, copies.get(climbers));
  ASSERT_TRUE(first && again);
  EXPECT_EQ((*again)->version, MemberVersion{3});
  EXPECT_THAT(users_of(**again), ElementsAre(1, 2, 9));
  EXPECT_EQ(groups.asked, 1);
  EXPECT_EQ(copies.counts().hits.value(), 1U);
}

TEST_F(MemberCopiesTest, reads_anew_what_changed) {
  groups.set(3, {1, 2});
  get();
  change(4, {1});
  EXPECT_TRUE(sets.sets.empty());
  EXPECT_THAT(get(), ElementsAre(1));
  EXPECT_THAT(get(), ElementsAre(1));
  EXPECT_EQ(groups.asked, 2);
}

TEST_F(MemberCopiesTest, does_not_keep_members_of_before_a_change) {
  groups.set(3, {1, 2});
  groups.slow = true;
  boost::asio::co_spawn(
      loop, [](MemberCopies* slow) -> Task<> { (void)co_await slow->get(climbers); }(&copies),
      [](const std::exception_ptr&) {});
  loop.poll();
  groups.slow = false;
  change(4, {1});
  groups.go_on.notify();
  loop.restart();
  loop.poll();
  EXPECT_EQ(copies.counts().stale.value(), 1U);
  EXPECT_THAT(get(), ElementsAre(1));
}

TEST_F(MemberCopiesTest, remembers_that_there_is_no_such_group) {
  EXPECT_EQ(drive(loop, copies.get(climbers)).code(), ErrorCode::not_found);
  EXPECT_EQ(drive(loop, copies.get(climbers)).code(), ErrorCode::not_found);
  EXPECT_EQ(groups.asked, 1);
  change(1, {1});
  EXPECT_THAT(get(), ElementsAre(1));
}

TEST_F(MemberCopiesTest, deletes_and_counts_what_cannot_be_read) {
  groups.set(3, {1});
  for (const char* text : {"nobody", "{}"}) {
    sets.sets["group_members:7"] = {{{text, 0}}, 3};
    EXPECT_THAT(get(), ElementsAre(1));
  }
  EXPECT_EQ(copies.counts().wrong.value(), 2U);
  get();
  EXPECT_EQ(copies.counts().hits.value(), 1U);
}

TEST_F(MemberCopiesTest, does_not_believe_a_set_of_which_a_removal_was_lost) {
  groups.set(3, {1, 2});
  get();
  sets.away = true;
  change(4, {1});
  EXPECT_THAT(get(), ElementsAre(1));
  sets.away = false;
  EXPECT_THAT(get(), ElementsAre(1));
  EXPECT_EQ(sets.sets.at("group_members:7").version, 4U);
}

}  // namespace
}  // namespace gochat::repo
