#include "config/keys.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "config/checks.hpp"
#include "config/profiles.hpp"
#include "config/values.hpp"

namespace gochat::config {
namespace {

TEST(Keys, every_key_has_a_name_of_two_levels_of_its_own) {
  std::set<std::string_view> names;
  std::set<std::string> variables;
  for (const Key& key : keys()) {
    EXPECT_EQ(std::ranges::count(key.name, '.'), 1) << key.name;
    EXPECT_TRUE(names.insert(key.name).second) << key.name;
    EXPECT_TRUE(variables.insert(key.variable()).second) << key.name;
    EXPECT_TRUE(key.meaning.ends_with('.')) << key.name;
  }
}

TEST(Keys, every_key_has_a_member_of_its_own) {
  Config config;
  std::set<const void*> places;
  for (const Key& key : keys()) {
    std::visit([&](const auto* place) { EXPECT_TRUE(places.insert(place).second) << key.name; },
               key.member(config));
  }
}

TEST(Keys, the_rows_of_a_section_stand_together) {
  const auto all = sections();
  EXPECT_EQ(std::set(all.begin(), all.end()).size(), all.size());
}

TEST(Keys, a_variable_is_the_name_in_capitals) {
  EXPECT_EQ(find_key("limits.sends_per_second")->variable(), "GOCHAT_LIMITS_SENDS_PER_SECOND");
}

TEST(Keys, a_server_of_another_make_may_be_called_by_its_name) {
  const Key& key = *find_key("mysql.address");
  const auto takes = [&key](const std::string& written) {
    Config config;
    return assign(key, config, std::vector{written});
  };
  for (const auto* good :
       {"192.0.2.1:3306", "[2001:db8::1]:3306", "db_1.example.org:3306", "db:1"}) {
    EXPECT_TRUE(takes(good)) << good;
  }
  for (const auto* bad :
       {"db.example.org", "db:port", ":3306", "a b:3306", "192.0.2:3306", "a/b:1"}) {
    EXPECT_FALSE(takes(bad)) << bad;
  }
}

TEST(Keys, every_default_and_every_profile_is_inside_of_its_range) {
  for (const auto* profile : {"default", "hardened", "bench"}) {
    Config config;
    config.server.profile = profile;
    apply_profile(profile, config);
    for (const Key& key : keys()) {
      if (key.is_list()) continue;
      Config again = config;
      std::string text = written(key, config);
      if (text.starts_with('"')) text = text.substr(1, text.size() - 2);
      const std::string texts[] = {text};
      EXPECT_TRUE(assign(key, again, texts)) << key.name << " in " << profile;
      EXPECT_EQ(again, config) << key.name << " in " << profile;
    }
    EXPECT_THAT(check(*complete(config)), testing::IsEmpty()) << profile;
  }
}

}  // namespace
}  // namespace gochat::config
