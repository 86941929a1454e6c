#include "config/pages.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "config/values.hpp"
#include "config/yaml.hpp"

namespace gochat::config {
namespace {

using testing::ContainsRegex;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

TEST(Pages, the_file_of_defaults_gives_every_key_and_reads_as_the_defaults) {
  const auto file = read_yaml(default_file(), "gochat.yaml");
  EXPECT_THAT(file.problems, IsEmpty());
  EXPECT_THAT(file.given, SizeIs(keys().size()));
  Config config;
  // Whatever the file does not set stays what it is here.
  config.server.listen = "127.0.0.1:1";
  config.auth.guests = false;
  config.server.allowed_origins = {};
  for (const Given& given : file.given) {
    EXPECT_TRUE(assign(*given.key, config, given.texts)) << given.key->name;
  }
  EXPECT_EQ(config, Config{});
}

TEST(Pages, the_page_has_every_key_once) {
  const std::string page = reference_page();
  for (const Key& key : keys()) {
    EXPECT_THAT(page, HasSubstr("\n| `" + std::string{key.name} + "`")) << key.name;
  }
}

TEST(Pages, the_page_says_what_the_profiles_change) {
  const std::string page = reference_page();
  EXPECT_THAT(page, HasSubstr("| `auth.password_min` | `6` | `8` | `6` |"));
  EXPECT_THAT(page, HasSubstr("| `auth.token_in_url` | `on` | `off` | `on` |"));
  EXPECT_THAT(page, HasSubstr("| `auth.bcrypt_cost` | `10` | `10` | `4` |"));
}

TEST(Pages, what_is_in_force_is_printed_with_where_it_comes_from) {
  const Environment environment{{"GOCHAT_LOG_LEVEL", "warn"},
                                {"GOCHAT_SERVER_PROFILE", "hardened"}};
  auto flags = read_flags({"--listen", "127.0.0.1:9000", "--auth.password_min=12"});
  const Reading reading = read({"", environment, std::move(flags.given)});
  ASSERT_THAT(reading.problems, IsEmpty());
  const std::string text = printed(reading);
  EXPECT_THAT(text, ContainsRegex("  listen: \"127.0.0.1:9000\" +# --listen\n"));
  EXPECT_THAT(text, ContainsRegex("  level: warn +# GOCHAT_LOG_LEVEL\n"));
  EXPECT_THAT(text, ContainsRegex("  token_in_url: off +# profile hardened\n"));
  EXPECT_THAT(text, ContainsRegex("  password_min: 12 +# --auth.password_min\n"));
  EXPECT_THAT(text, ContainsRegex("  guests: on +# default\n"));
}

TEST(Pages, a_variable_that_others_read_too_is_weaker_than_our_own) {
  const Environment environment{{"GOCHAT_TRACE_SERVICE_NAME", "ours"},
                                {"OTEL_SERVICE_NAME", "theirs"},
                                {"OTEL_TRACES_SAMPLER_ARG", "0.5"}};
  const Reading reading = read({"", environment, {}});
  ASSERT_THAT(reading.problems, IsEmpty());
  EXPECT_EQ(reading.config.trace.service_name, "ours");
  EXPECT_EQ(reading.config.trace.sample_ratio, 0.5);
  EXPECT_THAT(printed(reading), HasSubstr("# OTEL_TRACES_SAMPLER_ARG\n"));
}

TEST(Pages, what_is_printed_reads_as_the_same_and_holds_no_secret) {
  const std::string secret = "6ac3b0f0a97c1cf3e2ad5b38f49bb1ae6d58b1ab5d2b5b6fb9f55a4b7f1f0e11";
  const Environment environment{{"GOCHAT_AUTH_TOKEN_KEY", secret}, {"GOCHAT_LOG_FILES", "7"}};
  const Reading reading = read({"", environment, {}});
  ASSERT_THAT(reading.problems, IsEmpty());
  const std::string text = printed(reading);
  EXPECT_THAT(text, Not(HasSubstr(secret)));
  EXPECT_THAT(text, HasSubstr("token_key: \"(set)\""));
  EXPECT_THAT(read_yaml(text, "printed").problems, IsEmpty());
}

}  // namespace
}  // namespace gochat::config
