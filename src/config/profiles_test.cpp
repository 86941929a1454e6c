#include "config/profiles.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>

#include "config/checks.hpp"
#include "config/keys.hpp"
#include "config/values.hpp"

namespace gochat::config {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using Differences = std::map<std::string, std::string>;

Config of(const std::string& name) {
  Config config;
  config.server.profile = name;
  apply_profile(name, config);
  return config;
}

Differences differences(const std::string& name) {
  Differences found;
  for (const Key& key : keys()) {
    const Config config = of(name);
    if (key.name != profile_key && !same(key, Config{}, config)) {
      found.emplace(key.name, written(key, config));
    }
  }
  return found;
}

std::vector<Problem> checked(Config config) { return check(*complete(std::move(config))); }

TEST(Profiles, default_changes_nothing) { EXPECT_THAT(differences("default"), IsEmpty()); }

TEST(Profiles, hardened_takes_away_what_only_old_clients_need) {
  EXPECT_EQ(differences("hardened"), (Differences{{"auth.token_in_url", "off"},
                                                  {"auth.long_tokens", "off"},
                                                  {"auth.password_min", "8"},
                                                  {"auth.refuse_common_passwords", "on"}}));
}

TEST(Profiles, bench_lifts_what_is_counted_per_person_and_address) {
  const std::string lifted = "1000000000";
  EXPECT_EQ(differences("bench"), (Differences{{"gateway.connections_per_address", lifted},
                                               {"limits.sends_burst", lifted},
                                               {"limits.sends_per_second", lifted},
                                               {"limits.sign_ups_burst", lifted},
                                               {"limits.sign_ups_per_hour", lifted},
                                               {"limits.guests_burst", lifted},
                                               {"limits.guests_per_hour", lifted},
                                               {"world.sends_per_second", lifted},
                                               {"auth.failed_logins_per_address", lifted},
                                               {"auth.failed_logins_per_account", lifted},
                                               {"auth.bcrypt_cost", "4"}}));
}

TEST(Profiles, bench_is_refused_on_every_address_but_loopback) {
  Config config = of("bench");
  EXPECT_THAT(checked(config), IsEmpty());
  config.server.listen = "0.0.0.0:8080";
  config.server.allow_plaintext = true;
  ASSERT_THAT(checked(config), SizeIs(1));
  EXPECT_THAT(checked(config)[0].cause, HasSubstr("0.0.0.0:8080"));
  config.server.listen = "127.0.0.1:8080";
  config.server.internal_listen = "0.0.0.0:9080";
  EXPECT_THAT(checked(config), SizeIs(1));
}

TEST(Profiles, a_public_address_needs_tls_a_proxy_or_somebodys_word) {
  Config config;
  config.server.listen = "192.0.2.1:8080";
  const auto refused = checked(config);
  ASSERT_THAT(refused, SizeIs(1));
  EXPECT_THAT(refused[0].cause, HasSubstr("192.0.2.1:8080"));
  EXPECT_THAT(refused[0].remedy, HasSubstr("--server.allow_plaintext on"));
  EXPECT_THAT(refused[0].remedy, HasSubstr("server.trusted_proxies"));

  Config allowed = config;
  allowed.server.allow_plaintext = true;
  EXPECT_THAT(checked(allowed), IsEmpty());
  EXPECT_THAT(doubts(*complete(allowed)), SizeIs(1));
  Config proxied = config;
  proxied.server.trusted_proxies = {"10.0.0.0/8"};
  EXPECT_THAT(checked(proxied), IsEmpty());
  Config secure = config;
  secure.server.tls_certificate = "c.pem";
  EXPECT_THAT(checked(secure), SizeIs(1)) << "a certificate without its key";
  secure.server.tls_key = "k.pem";
  EXPECT_THAT(checked(secure), IsEmpty());
}

}  // namespace
}  // namespace gochat::config
