// Clients of the Redis servers that the environment names, each with a prefix of its own.
#pragma once

#include <unistd.h>

#include <algorithm>
#include <boost/asio/any_io_executor.hpp>
#include <cstdlib>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "adapters/redis/client.hpp"
#include "support/task_loop.hpp"

namespace gochat::cluster {

inline redis::Address address_of(std::string_view text) {
  const auto colon = text.rfind(':');
  return {std::string{text.substr(0, colon)},
          static_cast<std::uint16_t>(std::stoi(std::string{text.substr(colon + 1)}))};
}

// Where the servers of a variable are; none: it is not set.
inline std::optional<redis::Options> redis_at(const char* variable, redis::Deployment deployment) {
  const char* listed = std::getenv(variable);
  if (listed == nullptr) return std::nullopt;
  redis::Options options;
  options.deployment = deployment;
  std::string_view left = listed;
  while (!left.empty()) {
    const auto comma = std::min(left.find(','), left.size());
    options.addresses.push_back(address_of(left.substr(0, comma)));
    left.remove_prefix(std::min(comma + 1, left.size()));
  }
  // The machine may be busy: what a test waits for is an answer, not its haste.
  options.limits.command_time_max = std::chrono::seconds{5};
  options.limits.connect_time_max = std::chrono::seconds{5};
  options.limits.silence_max = std::chrono::seconds{5};
  return options;
}

inline std::optional<redis::Options> standalone() {
  return redis_at("GOCHAT_TEST_REDIS", redis::Deployment::standalone);
}
inline std::optional<redis::Options> redis_cluster() {
  return redis_at("GOCHAT_TEST_REDIS_CLUSTER", redis::Deployment::cluster);
}
inline std::optional<redis::Options> sentinels() {
  return redis_at("GOCHAT_TEST_REDIS_SENTINELS", redis::Deployment::sentinel);
}

inline std::string fresh_prefix() {
  static int made = 0;
  return "test-" + std::to_string(::getpid()) + "-" + std::to_string(++made) + ":";
}

// The server answers nobody meanwhile.
inline Task<> put_to_sleep(redis::Client* client, std::string seconds) {
  redis::Command command{.name = "DEBUG", .words = {"SLEEP", std::move(seconds)}};
  command.again = false;
  const auto woken = co_await client->call(std::move(command));
  (void)woken;  // it is killed or given up before
}

// A loop with clients on it, which leave it in order.
class RedisGround {
 public:
  explicit RedisGround(redis::Options options) : options_{std::move(options)} {
    if (options_.key_prefix.empty()) options_.key_prefix = fresh_prefix();
  }
  ~RedisGround() {
    for (const auto& client : clients_) loop_.run(client->stop());
  }

  support::TaskLoop& loop() { return loop_; }
  boost::asio::any_io_executor executor() { return loop_.context().get_executor(); }
  const redis::Options& options() const { return options_; }

  redis::Client& client() { return clients_.empty() ? another(options_) : *clients_.front(); }
  redis::Client& another(redis::Options options) {
    auto made = redis::Client::make(loop_.context(), loop_.timers(), dice_of(), std::move(options));
    if (!made) throw std::runtime_error{made.error().detail};
    clients_.push_back(std::move(*made));
    return *clients_.back();
  }

  // What a command answers; its keys are written out in full.
  Result<redis::Reply> tell(std::string_view name, std::string_view family, std::string_view rest,
                            std::vector<std::string> words = {}) {
    redis::Key key;
    if (!family.empty()) key = client().keys().make(family, rest);
    return loop_.run(
        client().call({.name = name, .key = std::move(key), .words = std::move(words)}));
  }
  void do_it(std::string_view name, std::string_view family, std::string_view rest,
             std::vector<std::string> words) {
    const auto done = tell(name, family, rest, std::move(words));
    if (!done) throw std::runtime_error{done.error().detail};
  }

 private:
  static Dice dice_of() {
    return [state = std::uint64_t{88172645463325252}]() mutable {
      state ^= state << 13;
      state ^= state >> 7;
      return state ^= state << 17;
    };
  }

  redis::Options options_;
  support::TaskLoop loop_{support::Time::steady};
  std::vector<std::unique_ptr<redis::Client>> clients_;
};

}  // namespace gochat::cluster
