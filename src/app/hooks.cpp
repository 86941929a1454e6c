#include "app/hooks.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "base/assert.hpp"
#include "config/http_url.hpp"
#include "config/key_text.hpp"

namespace gochat::app {
namespace {

using config::Config;

struct Told {
  std::string_view kind;
  std::string Config::Hooks::* url;
};
constexpr std::array told{Told{task::offline_push_kind, &Config::Hooks::push_url},
                          Told{"archive", &Config::Hooks::archive_url},
                          Told{"moderation", &Config::Hooks::moderation_url}};

// The configuration was judged before.
webhook::WebhookOptions options_of(const Config::Hooks& hooks, const std::string& url) {
  auto place = config::parse_http_url(url);
  const auto secret = config::key_from_text(hooks.secret);
  GOCHAT_ASSERT(place && secret);
  return {.host = std::move(place->host),
          .port = place->port,
          .target = std::move(place->target),
          .secret = *secret,
          .deadline = std::chrono::milliseconds{hooks.deadline_ms}};
}

}  // namespace

std::vector<std::string> message_tasks(const Config& config) {
  std::vector<std::string> kinds;
  for (const Told& one : told) {
    if (!(config.hooks.*one.url).empty()) kinds.emplace_back(one.kind);
  }
  return kinds;
}

Hooks::Hooks(const Config& config, Loop& loop, const Clock& clock, const task::Needs& needs) {
  for (const Told& one : told) {
    const std::string& url = config.hooks.*one.url;
    if (url.empty()) continue;
    auto& webhook = webhooks_.emplace_back(loop.context(), loop.timers(), clock, attempts_,
                                           options_of(config.hooks, url));
    if (one.kind == task::offline_push_kind) {
      kinds_.push_back(pushes_.emplace_back(needs, senders_.emplace_back(webhook)));
    } else {
      auto& hook = hooks_.emplace_back(std::string{one.kind}, webhook);
      kinds_.push_back(tellers_.emplace_back(needs, hook));
    }
  }
}

std::size_t Hooks::left_alone() const {
  return static_cast<std::size_t>(
      std::ranges::count_if(webhooks_, [](const auto& one) { return one.left_alone(); }));
}

}  // namespace gochat::app
