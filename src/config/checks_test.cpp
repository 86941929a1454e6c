#include "config/checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace gochat::config {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

// One role of a cluster, as it may start.
Config one_of_a_cluster() {
  Config config;
  config.server.wiring = "cluster";
  config.server.roles = {"logic"};
  config.auth.token_key = std::string(64, 'a');
  config.auth.refresh_key = std::string(64, 'b');
  config.grpc.token = "a secret";
  return config;
}

std::vector<std::string> causes(Config config) {
  std::vector<std::string> found;
  for (const Problem& problem : check(*complete(std::move(config)))) {
    found.push_back(problem.cause);
  }
  return found;
}

TEST(Checks, let_a_process_of_a_cluster_start) {
  EXPECT_THAT(causes(one_of_a_cluster()), IsEmpty());
}

TEST(Checks, name_what_a_process_of_a_cluster_lacks) {
  struct Case {
    std::string cause;
    std::function<void(Config&)> make;
  };
  const std::vector<Case> cases{
      {"`auth.token_key` and `auth.refresh_key`", [](Config& c) { c.auth.refresh_key.clear(); }},
      {"`server.instance` is `a name`", [](Config& c) { c.server.instance = "a name"; }},
      {"`grpc.token` or `grpc.tls_certificate`", [](Config& c) { c.grpc.token.clear(); }},
      {"belong together and one is missing", [](Config& c) { c.grpc.tls_certificate = "c.pem"; }},
      {"`grpc.listen` is 0.0.0.0:9001", [](Config& c) { c.grpc.listen = "0.0.0.0:9001"; }},
      {"`grpc.listen` is [::]:9001", [](Config& c) { c.grpc.listen = "[::]:9001"; }},
      {"`grpc.advertise` is 0.0.0.0:9001", [](Config& c) { c.grpc.advertise = "0.0.0.0:9001"; }},
      {"`redis.addresses` is empty", [](Config& c) { c.redis.addresses.clear(); }},
      {"`redis.topology` is standalone",
       [](Config& c) { c.redis.addresses.emplace_back("127.0.0.1:6380"); }},
      {"`kafka.brokers` is empty", [](Config& c) { c.kafka.brokers.clear(); }},
      {"`etcd.endpoints` is empty", [](Config& c) { c.etcd.endpoints.clear(); }},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.cause);
    Config config = one_of_a_cluster();
    one.make(config);
    const auto found = causes(config);
    ASSERT_FALSE(found.empty());
    EXPECT_THAT(found.front(), HasSubstr(one.cause));
  }
}

TEST(Checks, let_a_process_listen_everywhere_that_says_where_it_is) {
  Config config = one_of_a_cluster();
  config.grpc.listen = "0.0.0.0:9001";
  config.grpc.advertise = "192.0.2.7:9001";
  EXPECT_THAT(causes(config), IsEmpty());
}

}  // namespace
}  // namespace gochat::config
