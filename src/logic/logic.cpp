#include "logic/logic.hpp"

#include <utility>

namespace gochat::logic {

namespace {
// All processes of this name share the lanes of the upstream topics.
constexpr std::string_view consumer_group = "gochat-logic";
}  // namespace

Logic::Logic(const Needs& needs, Options options)
    : queue_{needs.queue},
      options_{std::move(options)},
      gate_{needs.executor},
      downstream_{needs.queue, needs.timers, options_.publish_deadline},
      letters_{needs.queue, needs.clock, needs.timers, options_.publish_deadline},
      locator_{needs.registry, needs.directory, options_.locate_users_at_once},
      members_{needs.repo, needs.timers},
      people_cache_{needs.repo.users, needs.timers},
      inboxes_{needs.repo, needs.clock},
      large_groups_{options_},
      task_requests_{needs, options_, letters_},
      fan_out_{{members_, locator_, downstream_, inboxes_, large_groups_, task_requests_}},
      introductions_{needs.repo},
      changes_{needs, options_, members_, introductions_, fan_out_},
      access_{needs.repo, options_},
      trust_{needs.repo, needs.timers, needs.clock},
      sign_in_{needs, options_, trust_, people_cache_, changes_},
      positions_{access_, changes_, fan_out_},
      presence_{needs, options_, access_, members_, fan_out_},
      conversations_{needs.repo, access_, changes_, positions_, presence_},
      sync_history_{needs.repo, access_, members_, people_cache_, changes_, conversations_},
      timeline_{needs.repo, {access_, conversations_, sync_history_, inboxes_}},
      groups_{needs, options_, access_, changes_, conversations_},
      people_{needs, access_, people_cache_, conversations_, presence_},
      operator_{needs, options_, trust_, people_cache_},
      repeats_{needs.repo.keys, needs.clock},
      expiry_{needs.repo.sessions, needs.repo.keys, needs.clock, needs.sweeping},
      send_message_{needs, options_, members_, people_cache_, introductions_, fan_out_, letters_},
      accept_send_{needs.queue, needs.clock, needs.limiter, options_.sends},
      watch_beat_{gate_, needs.timers, SessionTrust::watch_every,
                  [this] { return trust_.watch(); }},
      expiry_beat_{gate_, needs.timers, Expiry::every, [this] { return expiry_.run_once(); }} {}

void Logic::use_admission(const Options& options) {
  options_.registration_open = options.registration_open;
  options_.guests = options.guests;
  sign_in_.use_rates(options.sign_ups, options.guest_visits);
  accept_send_.use_rates(options.sends);
}

Task<Result<void>> Logic::start() {
  auto asked = co_await task_requests_.start();
  if (!asked) co_return asked;
  const std::pair<std::string_view, std::int32_t> topics[] = {
      {protocol::upstream_topic, options_.upstream_lanes},
      {protocol::upstream_world_topic, options_.world_lanes}};
  for (const auto& [topic, lanes] : topics) {
    auto made = co_await queue_.ensure_topic(std::string{topic}, lanes);
    if (!made) co_return made.error();
    made = co_await letters_.open_for(std::string{topic});
    if (!made) co_return made.error();
    SubscribeTo to{.topic = std::string{topic}, .group = std::string{consumer_group}};
    auto subscribed = co_await queue_.subscribe(std::move(to), send_message_);
    if (!subscribed) co_return subscribed.error();
    subscriptions_.push_back(*std::move(subscribed));
  }
  watch_beat_.start();
  expiry_beat_.start();
  co_return Result<void>{};
}

Task<> Logic::stop() {
  for (auto& subscription : subscriptions_) co_await subscription->stop();
  subscriptions_.clear();
  watch_beat_.stop();
  expiry_beat_.stop();
  co_await presence_.stop();
  co_await gate_.close();
}

}  // namespace gochat::logic
