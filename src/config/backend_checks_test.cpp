#include "config/backend_checks.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

namespace gochat::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

std::vector<std::string> causes(const std::vector<Problem>& problems) {
  std::vector<std::string> found;
  for (const Problem& problem : problems) found.push_back(problem.cause);
  return found;
}

TEST(BackendChecks, let_a_backend_be_secured_as_far_as_somebody_likes) {
  Config config;
  EXPECT_THAT(causes(check_backends(config)), IsEmpty());
  config.etcd.tls = true;
  EXPECT_THAT(causes(check_backends(config)), IsEmpty());
  config.etcd.tls_certificate = "cert.pem";
  config.etcd.tls_key = "key.pem";
  config.etcd.user = "gochat";
  config.etcd.password = "secret";
  config.redis.password = "secret";
  config.kafka.sasl_mechanism = "SCRAM-SHA-512";
  config.kafka.user = "gochat";
  config.kafka.password = "secret";
  EXPECT_THAT(causes(check_backends(config)), IsEmpty());
}

TEST(BackendChecks, name_what_would_be_passed_over_or_is_missing) {
  struct Case {
    std::string cause;
    std::function<void(Config&)> make;
  };
  const std::vector<Case> cases{
      {"`etcd.tls_authorities` is given and `etcd.tls` is off",
       [](Config& c) { c.etcd.tls_authorities = "ca.pem"; }},
      {"`kafka.tls_certificate` and `kafka.tls_key` belong together",
       [](Config& c) { c.kafka.tls = true, c.kafka.tls_key = "key.pem"; }},
      {"`redis.tls_certificate` and `redis.tls_key` belong together",
       [](Config& c) { c.redis.tls = true, c.redis.tls_certificate = "cert.pem"; }},
      {"`mysql.tls_key` is given and `mysql.tls` is off",
       [](Config& c) { c.mysql.tls_key = "key.pem", c.mysql.tls_certificate = ""; }},
      {"`etcd.user` and `etcd.password` belong together",
       [](Config& c) { c.etcd.password = "secret"; }},
      {"`redis.user` is given and `redis.password` is not",
       [](Config& c) { c.redis.user = "gochat"; }},
      {"`redis.sentinel_user` is given and `redis.sentinel_password` is not",
       [](Config& c) { c.redis.sentinel_user = "gochat"; }},
      {"`kafka.sasl_mechanism` is PLAIN and `kafka.user` or `kafka.password` is missing",
       [](Config& c) { c.kafka.sasl_mechanism = "PLAIN", c.kafka.password = "secret"; }},
      {"`kafka.user` or `kafka.password` is given and `kafka.sasl_mechanism` is none",
       [](Config& c) { c.kafka.user = "gochat"; }},
  };
  for (const Case& one : cases) {
    SCOPED_TRACE(one.cause);
    Config config;
    one.make(config);
    const auto problems = check_backends(config);
    ASSERT_FALSE(problems.empty());
    EXPECT_THAT(problems.front().cause, HasSubstr(one.cause));
    EXPECT_FALSE(problems.front().remedy.empty());
  }
}

TEST(BackendChecks, doubt_a_password_that_leaves_this_machine_in_the_clear) {
  Config config;
  config.redis.password = "secret";
  config.kafka.sasl_mechanism = "PLAIN";
  config.etcd.password = "secret";
  EXPECT_THAT(causes(doubt_backends(config)), IsEmpty());
  config.redis.addresses = {"192.0.2.1:6379"};
  config.kafka.brokers = {"127.0.0.1:9092", "192.0.2.1:9092"};
  config.etcd.endpoints = {"192.0.2.1:2379"};
  EXPECT_THAT(causes(doubt_backends(config)),
              ElementsAre(HasSubstr("`redis.tls` is off"), HasSubstr("`kafka.tls` is off"),
                          HasSubstr("`etcd.tls` is off")));
  config.redis.password.clear();
  config.redis.sentinel_password = "secret";
  EXPECT_THAT(causes(doubt_backends(config)).front(), HasSubstr("`redis.tls` is off"));
  // It proves that it knows the password without telling it.
  config.kafka.sasl_mechanism = "SCRAM-SHA-256";
  config.redis.tls = config.etcd.tls = true;
  EXPECT_THAT(causes(doubt_backends(config)), IsEmpty());
}

}  // namespace
}  // namespace gochat::config
