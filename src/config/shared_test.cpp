#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/read.hpp"
#include "config/yaml.hpp"

namespace gochat::config {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

Reading read_shared(Documents shared, Environment environment = {}, std::vector<Given> flags = {}) {
  return read({.file = {},
               .environment = std::move(environment),
               .flags = std::move(flags),
               .shared = std::move(shared)});
}

TEST(Shared, is_stronger_than_a_default_and_says_where_it_stands) {
  const Reading reading = read_shared({{"etcd:/gochat/config/all", "log:\n  level: debug\n"}});
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_EQ(reading.config.log.level, "debug");
  EXPECT_EQ(reading.origins.at("log.level"), "etcd:/gochat/config/all:2");
}

TEST(Shared, is_weaker_than_the_environment_and_flags) {
  const CommandLine line = read_flags({"--limits.sends_burst=30"});
  const Reading reading = read_shared({{"all", "log: {level: debug}\nlimits: {sends_burst: 90}"}},
                                      {{"GOCHAT_LOG_LEVEL", "warn"}}, line.given);
  EXPECT_THAT(reading.problems, IsEmpty());
  EXPECT_EQ(reading.config.log.level, "warn");
  EXPECT_EQ(reading.config.limits.sends_burst, 30);
}

TEST(Shared, takes_the_later_document_where_two_have_a_key) {
  const Reading reading =
      read_shared({{"all", "log: {level: debug}"}, {"logic", "log: {level: error}"}});
  EXPECT_EQ(reading.config.log.level, "error");
  EXPECT_EQ(reading.origins.at("log.level"), "logic:1");
}

TEST(Shared, has_no_secrets_and_nothing_of_one_process) {
  const Reading reading = read_shared(
      {{"all",
        "etcd: {endpoints: [\"10.0.0.1:2379\"]}\nmysql: {password: x}\nserver: {profile: bench}"}});
  std::vector<std::string> causes;
  for (const Problem& problem : reading.problems) causes.push_back(problem.cause);
  EXPECT_THAT(causes, ElementsAre(HasSubstr("all:1: `etcd.endpoints` cannot be shared"),
                                  HasSubstr("all:2: `mysql.password` cannot be shared"),
                                  HasSubstr("all:3: `server.profile` cannot be shared")));
  EXPECT_EQ(reading.config.server.profile, "default");
  EXPECT_EQ(reading.config.etcd, Config{}.etcd);
}

TEST(Shared, names_a_mistake_like_one_of_a_file) {
  const Reading reading = read_shared({{"all", "log: {levle: debug}"}});
  ASSERT_EQ(reading.problems.size(), 1U);
  EXPECT_THAT(reading.problems[0].cause, HasSubstr("all:1: unknown key `log.levle`"));
}

TEST(Shared, is_no_larger_than_a_file) {
  const Reading reading = read_shared({{"all", std::string(file_bytes_max + 1, '#')}});
  ASSERT_EQ(reading.problems.size(), 1U);
  EXPECT_THAT(reading.problems[0].cause, HasSubstr("larger than"));
}

}  // namespace
}  // namespace gochat::config
