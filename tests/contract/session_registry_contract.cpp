#include <gmock/gmock.h>

#include <algorithm>

#include "contract/small_ports_contracts.hpp"

namespace gochat::contract {

RegisteredConnection SessionRegistryContract::connection(std::int64_t user, std::int64_t number,
                                                         const std::string& gateway,
                                                         std::uint64_t boot) {
  return {UserId{user}, ConnectionId{number},        SessionId{number}, std::string{gateway},
          boot,         wall_time(1'750'000'000'000)};
}

std::vector<std::string> SessionRegistryContract::locate(const std::vector<std::int64_t>& users) {
  std::vector<UserId> ids;
  for (const auto user : users) ids.emplace_back(user);
  std::vector<std::string> texts;
  for (GatewayRecipients& one : get(port().locate(ids))) {
    std::ranges::sort(one.users);
    std::string text = one.gateway + "/" + std::to_string(one.boot) + ":";
    for (const UserId user : one.users) text += " " + user.text();
    texts.push_back(text);
  }
  std::ranges::sort(texts);
  return texts;
}

std::vector<std::int64_t> SessionRegistryContract::online(const std::vector<std::int64_t>& users) {
  std::vector<UserId> ids;
  for (const auto user : users) ids.emplace_back(user);
  std::vector<std::int64_t> found;
  for (const UserId user : get(port().online(ids))) found.push_back(user.number());
  std::ranges::sort(found);
  return found;
}

namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::UnorderedElementsAre;

TEST_P(SessionRegistryContract, locates_users_by_gateway_and_leaves_out_the_rest) {
  add(connection(1, 11, "g1"));
  add(connection(2, 12, "g2"));
  add(connection(3, 13, "g1"));
  EXPECT_THAT(locate({1, 2, 3, 4}), ElementsAre("g1/1: 1 3", "g2/1: 2"));
  EXPECT_THAT(locate({4}), IsEmpty());
  EXPECT_THAT(locate({}), IsEmpty());
}

TEST_P(SessionRegistryContract, names_a_user_once_per_gateway) {
  add(connection(1, 11, "g1"));
  add(connection(1, 12, "g1"));
  add(connection(1, 13, "g2"));
  EXPECT_THAT(locate({1}), ElementsAre("g1/1: 1", "g2/1: 1"));
}

TEST_P(SessionRegistryContract, tells_the_boots_of_a_gateway_apart) {
  add(connection(1, 11, "g1", 1));
  add(connection(2, 12, "g1", 2));
  EXPECT_THAT(locate({1, 2}), ElementsAre("g1/1: 1", "g1/2: 2"));
}

TEST_P(SessionRegistryContract, removes_one_connection_and_none_beside_it) {
  add(connection(1, 11));
  add(connection(1, 12));
  remove(1, 11);
  EXPECT_THAT(locate({1}), ElementsAre("g1/1: 1"));
  remove(1, 11);
  remove(1, 99);
  EXPECT_THAT(online({1}), ElementsAre(1));
  remove(1, 12);
  EXPECT_THAT(locate({1}), IsEmpty());
}

TEST_P(SessionRegistryContract, removes_no_later_connection_of_the_same_user) {
  add(connection(1, 11));
  add(connection(1, 12, "g2"));
  remove(1, 11);
  EXPECT_THAT(locate({1}), ElementsAre("g2/1: 1"));
}

TEST_P(SessionRegistryContract, adds_a_connection_once) {
  add(connection(1, 11));
  add(connection(1, 11));
  remove(1, 11);
  EXPECT_THAT(online({1}), IsEmpty());
}

TEST_P(SessionRegistryContract, answers_who_is_connected) {
  add(connection(1, 11));
  add(connection(3, 13));
  EXPECT_THAT(online({1, 2, 3, 4}), ElementsAre(1, 3));
}

TEST_P(SessionRegistryContract, names_every_gateway_that_has_a_connection) {
  add(connection(1, 11, "g1"));
  add(connection(2, 12, "g2", 5));
  add(connection(3, 13, "g2", 5));
  std::vector<std::string> names;
  for (const GatewayRecipients& one : get(port().gateways())) {
    names.push_back(one.gateway + "/" + std::to_string(one.boot));
  }
  EXPECT_THAT(names, UnorderedElementsAre("g1/1", "g2/5"));
}

TEST_P(SessionRegistryContract, forgets_a_connection_that_nobody_refreshes) {
  add(connection(1, 11));
  pass(2 * brief);
  EXPECT_THAT(locate({1}), IsEmpty());
  EXPECT_THAT(online({1}), IsEmpty());
  EXPECT_THAT(get(port().gateways()), IsEmpty());
}

TEST_P(SessionRegistryContract, keeps_a_connection_that_is_refreshed) {
  add(connection(1, 11));
  for (int n = 0; n < 4; ++n) {
    pass(brief / 2);
    EXPECT_THAT(get(port().refresh({connection(1, 11)})), IsEmpty());
  }
  EXPECT_THAT(locate({1}), ElementsAre("g1/1: 1"));
}

TEST_P(SessionRegistryContract, adds_again_what_a_refresh_finds_missing_and_says_so) {
  add(connection(1, 11));
  EXPECT_THAT(get(port().refresh({connection(1, 11), connection(2, 12), connection(2, 13)})),
              UnorderedElementsAre(ConnectionId{12}, ConnectionId{13}));
  EXPECT_THAT(online({1, 2}), ElementsAre(1, 2));
}

TEST_P(SessionRegistryContract, locates_ten_thousand_users_at_once) {
  std::vector<std::int64_t> users;
  std::vector<RegisteredConnection> connections;
  for (std::int64_t user = 1; user <= 10'000; ++user) {
    users.push_back(user);
    if (user % 2 == 0) connections.push_back(connection(user, user, user % 4 == 0 ? "a" : "b"));
  }
  EXPECT_THAT(get(port().refresh(connections)), testing::SizeIs(5'000));
  std::size_t found = 0;
  std::vector<UserId> ids;
  for (const auto user : users) ids.emplace_back(user);
  for (const GatewayRecipients& one : get(port().locate(ids))) found += one.users.size();
  EXPECT_EQ(found, 5'000U);
}

}  // namespace
}  // namespace gochat::contract
