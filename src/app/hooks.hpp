// What is told of messages by the configuration: a push service, an archive, a moderator.
#pragma once

#include <cstddef>
#include <deque>
#include <string>
#include <vector>

#include "adapters/webhook/webhook_ports.hpp"
#include "async/loop.hpp"
#include "base/metrics.hpp"
#include "config/config.hpp"
#include "task/offline_push.hpp"
#include "task/tasks.hpp"
#include "task/tell_hook.hpp"

namespace gochat::app {

// The kinds of task that logic asks for.
std::vector<std::string> message_tasks(const config::Config& config);

class Hooks {
 public:
  Hooks(const config::Config& config, Loop& loop, const Clock& clock, const task::Needs& needs);
  Hooks(const Hooks&) = delete;
  Hooks& operator=(const Hooks&) = delete;

  const task::Tasks::Kinds& kinds() const { return kinds_; }
  const webhook::Attempts& attempts() const { return attempts_; }
  // That are not called at present, because they were away again and again.
  std::size_t left_alone() const;

 private:
  webhook::Attempts attempts_{"event", "result"};
  // Deques: each is referred to.
  std::deque<webhook::Webhook> webhooks_;
  std::deque<webhook::WebhookPushSender> senders_;
  std::deque<webhook::WebhookMessageHook> hooks_;
  std::deque<task::OfflinePush> pushes_;
  std::deque<task::TellHook> tellers_;
  task::Tasks::Kinds kinds_;
};

}  // namespace gochat::app
