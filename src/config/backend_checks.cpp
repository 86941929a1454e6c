#include "config/backend_checks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>

#include "config/checks.hpp"

namespace gochat::config {
namespace {

class BackendChecks {
 public:
  explicit BackendChecks(const Config& config) : config_{config} {}

  std::vector<Problem> run() {
    const Config& c = config_;
    expect(!c.redis.addresses.empty(), "`redis.addresses` is empty", "name at least one");
    expect(!c.kafka.brokers.empty(), "`kafka.brokers` is empty", "name at least one");
    expect(!c.etcd.endpoints.empty(), "`etcd.endpoints` is empty", "name at least one");
    expect(c.redis.topology != "standalone" || c.redis.addresses.size() == 1,
           fmt::format("`redis.topology` is standalone and `redis.addresses` has {}",
                       c.redis.addresses.size()),
           "name one, or choose sentinel or cluster");
    tls("mysql", c.mysql);
    tls("redis", c.redis);
    password_of("redis.user", c.redis.user, "redis.password", c.redis.password);
    password_of("redis.sentinel_user", c.redis.sentinel_user, "redis.sentinel_password",
                c.redis.sentinel_password);
    tls("kafka", c.kafka);
    sasl(c.kafka);
    tls("etcd", c.etcd);
    user_and_password("etcd", c.etcd.user, c.etcd.password);
    return std::move(problems_);
  }

 private:
  void expect(bool holds, std::string cause, std::string remedy) {
    if (!holds) problems_.push_back({std::move(cause), std::move(remedy), false});
  }

  void tls(std::string_view section, const Config::BackendTls& tls) {
    const std::pair<std::string_view, const std::string*> files[] = {
        {"tls_authorities", &tls.tls_authorities},
        {"tls_certificate", &tls.tls_certificate},
        {"tls_key", &tls.tls_key}};
    for (const auto& [key, file] : files) {
      expect(tls.tls || file->empty(),
             fmt::format("`{0}.{1}` is given and `{0}.tls` is off: nothing would be encrypted",
                         section, key),
             fmt::format("set {}.tls to on, or remove the key", section));
    }
    expect(tls.tls_certificate.empty() == tls.tls_key.empty(),
           fmt::format("`{0}.tls_certificate` and `{0}.tls_key` belong together and one is missing",
                       section),
           "give both, or none where no certificate has to be shown");
  }

  void user_and_password(std::string_view section, const std::string& user,
                         const std::string& password) {
    expect(user.empty() == password.empty(),
           fmt::format("`{0}.user` and `{0}.password` belong together and one is missing", section),
           fmt::format("give both, the password as {0} or in the file that {0}_FILE names, or none",
                       find_key(fmt::format("{}.password", section))->variable()));
  }

  // Redis has a user without a name.
  void password_of(std::string_view user_key, const std::string& user,
                   std::string_view password_key, const std::string& password) {
    expect(
        user.empty() || !password.empty(),
        fmt::format("`{}` is given and `{}` is not: nobody would sign in", user_key, password_key),
        "give both, or neither");
  }

  void sasl(const Config::Kafka& kafka) {
    const bool signs_in = kafka.sasl_mechanism != "none";
    const bool named = !kafka.user.empty() && !kafka.password.empty();
    expect(
        !signs_in || named,
        fmt::format("`kafka.sasl_mechanism` is {} and `kafka.user` or `kafka.password` is missing",
                    kafka.sasl_mechanism),
        "give both, the password as GOCHAT_KAFKA_PASSWORD or in the file that "
        "GOCHAT_KAFKA_PASSWORD_FILE names");
    expect(signs_in || (kafka.user.empty() && kafka.password.empty()),
           "`kafka.user` or `kafka.password` is given and `kafka.sasl_mechanism` is none: nobody "
           "would sign in",
           "name the mechanism that the brokers have for this user, or remove the keys");
  }

  const Config& config_;
  std::vector<Problem> problems_;
};

}  // namespace

std::vector<Problem> check_backends(const Config& config) { return BackendChecks{config}.run(); }

std::vector<Problem> doubt_backends(const Config& config) {
  std::vector<Problem> doubts;
  const auto in_the_clear = [&doubts](std::string_view section, const Config::BackendTls& tls,
                                      bool tells_password, const std::vector<std::string>& to) {
    if (!tells_password || tls.tls || std::ranges::all_of(to, is_loopback)) return;
    doubts.push_back({fmt::format("`{0}.tls` is off: whoever is on the way to another machine "
                                  "reads the password",
                                  section),
                      {},
                      false});
  };
  in_the_clear("redis", config.redis,
               !config.redis.password.empty() || !config.redis.sentinel_password.empty(),
               config.redis.addresses);
  in_the_clear("kafka", config.kafka, config.kafka.sasl_mechanism == "PLAIN", config.kafka.brokers);
  in_the_clear("etcd", config.etcd, !config.etcd.password.empty(), config.etcd.endpoints);
  return doubts;
}

}  // namespace gochat::config
