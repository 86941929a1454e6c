// The ports that a webhook stands behind.
#pragma once

#include <string>
#include <utility>

#include "adapters/webhook/webhook.hpp"
#include "ports/message_hook.hpp"
#include "ports/push_sender.hpp"

namespace gochat::webhook {

class WebhookPushSender final : public PushSender {
 public:
  explicit WebhookPushSender(Webhook& webhook) : webhook_{webhook} {}
  Task<Result<void>> push(PushNote note) override;

 private:
  Webhook& webhook_;
};

class WebhookMessageHook final : public MessageHook {
 public:
  WebhookMessageHook(std::string kind, Webhook& webhook)
      : kind_{std::move(kind)}, webhook_{webhook} {}
  std::string_view kind() const override { return kind_; }
  Task<Result<void>> tell(Message message, std::string sender_name) override;

 private:
  const std::string kind_;
  Webhook& webhook_;
};

}  // namespace gochat::webhook
