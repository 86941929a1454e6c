#include "dispatch/locator.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>

#include "async/drive.hpp"
#include "dispatch/testing/fake_roads.hpp"

namespace gochat::dispatch {
namespace {

using protocol::DownstreamRecord;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class LocatorTest : public ::testing::Test {
 protected:
  void connect(UserId user, std::string gateway, std::uint64_t boot = 1) {
    registry.places.emplace(user, testing::FakeRegistry::Place{std::move(gateway), boot});
  }
  Places locate(std::vector<UserId> users, bool all_gateways = false) {
    auto places = drive(loop, locator.locate(std::move(users), all_gateways));
    EXPECT_TRUE(places.ok());
    return places ? *std::move(places) : Places{};
  }

  boost::asio::io_context loop;
  testing::FakeRegistry registry;
  testing::FakeDirectory directory;
  Locator locator{registry, directory, 2};
  UserId alice{1};
  UserId bob{2};
  UserId carol{3};
};

TEST_F(LocatorTest, asks_for_some_at_a_time_and_answers_for_all) {
  connect(alice, "g1");
  connect(bob, "g2");
  connect(carol, "g1");
  const auto places = locate({alice, bob, carol});
  EXPECT_THAT(registry.questions, ElementsAre(2, 1));
  const auto records = places.reach({alice, bob, carol}, DownstreamRecord{});
  ASSERT_EQ(records.size(), 2U);
  EXPECT_THAT(records[0].record.recipients, ElementsAre(alice, carol));
  EXPECT_THAT(records[1].record.recipients, ElementsAre(bob));
}

TEST_F(LocatorTest, asks_nothing_for_nobody) {
  const auto places = locate({});
  EXPECT_THAT(registry.questions, IsEmpty());
  EXPECT_THAT(places.reach({alice}, DownstreamRecord{}), IsEmpty());
}

TEST_F(LocatorTest, adds_gateways_that_hold_none_of_them_when_everybody_is_told) {
  connect(alice, "g1");
  connect(carol, "g2");
  EXPECT_EQ(locate({alice}).reach_all(DownstreamRecord{}).size(), 1U);
  EXPECT_EQ(locate({alice}, true).reach_all(DownstreamRecord{}).size(), 2U);
}

TEST_F(LocatorTest, names_every_gateway_of_the_directory_while_the_registry_is_away) {
  directory.all = {{"gateway", "g1", 1, {}}, {"gateway", "g2", 4, {}}};
  registry.away = true;
  const auto records = locate({alice, bob}).reach({alice, bob}, DownstreamRecord{});
  ASSERT_EQ(records.size(), 2U);
  EXPECT_THAT(records[0].record.recipients, ElementsAre(alice, bob));
  EXPECT_THAT(records[1].record.recipients, ElementsAre(alice, bob));
  EXPECT_EQ(records[1].record.boot, 4U);
}

}  // namespace
}  // namespace gochat::dispatch
