#include "adapters/webhook/webhook.hpp"

#include <algorithm>
#include <charconv>
#include <span>
#include <utility>

#include "adapters/crypto/mac.hpp"
#include "base/log.hpp"

namespace gochat::webhook {
namespace {

constexpr std::uint32_t wait_seconds_max = 24 * 60 * 60;

std::string hex(std::span<const std::uint8_t> bytes) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string text;
  for (const std::uint8_t byte : bytes) {
    text += digits[byte >> 4];
    text += digits[byte & 15];
  }
  return text;
}

// What an answer asks to wait, in seconds; dates are not read.
std::uint32_t asked_to_wait(const net::HttpReply& reply) {
  const std::string_view text = reply.headers.get("Retry-After");
  std::uint32_t seconds = 0;
  const auto* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, seconds);
  return read.ec == std::errc{} && read.ptr == end ? std::min(seconds, wait_seconds_max) : 0;
}

}  // namespace

std::string signature(const crypto::Key& secret, std::string_view timestamp,
                      std::string_view body) {
  std::string signed_text{timestamp};
  signed_text += '.';
  signed_text += body;
  return "v1=" + hex(crypto::mac_of(secret, signed_text));
}

Webhook::Webhook(boost::asio::io_context& loop, Timers& timers, const Clock& clock,
                 Attempts& attempts, WebhookOptions options)
    : loop_{loop},
      timers_{timers},
      clock_{clock},
      attempts_{attempts},
      options_{std::move(options)},
      breaker_{options_.breaker} {}

net::HttpCall Webhook::call_of(const std::string& event, const std::string& delivery,
                               std::string body) const {
  const auto seconds = std::chrono::floor<std::chrono::seconds>(clock_.now().time_since_epoch());
  const std::string timestamp = std::to_string(seconds.count());
  net::HttpCall call{"POST", options_.target};
  call.headers.add("Content-Type", "application/json");
  call.headers.add("Gochat-Event", event);
  call.headers.add("Gochat-Delivery", delivery);
  call.headers.add("Gochat-Timestamp", timestamp);
  call.headers.add("Gochat-Signature", signature(options_.secret, timestamp, body));
  call.body = std::move(body);
  return call;
}

Result<void> Webhook::judge(const std::string& event, const Result<net::HttpReply>& reply) {
  const auto count = [&](std::string_view result) { attempts_.at({event, result}).add(); };
  if (!reply) {
    count("away");
    return failed(ErrorCode::unavailable, "webhook at " + where() + ": " + reply.error().detail);
  }
  const std::string said = "webhook at " + where() + " answered " + std::to_string(reply->status);
  const int status = reply->status;
  if (status / 100 == 2) {
    count("delivered");
    return {};
  }
  if (status == 429 || status == 502 || status == 503 || status == 504) {
    count("away");
    Error busy = failed(ErrorCode::unavailable, said);
    busy.retry_after_ms = asked_to_wait(*reply) * 1'000;
    return busy;
  }
  if (status / 100 == 5) {
    count("failed");
    return failed(ErrorCode::internal, said);
  }
  count("refused");
  return failed(ErrorCode::invalid_params, said);
}

Task<Result<net::HttpReply>> Webhook::send(net::HttpCall call) {
  ClientPtr client;
  if (idle_.empty()) {
    client = std::make_unique<net::HttpClient>(loop_, timers_, options_.host, options_.port);
  } else {
    client = std::move(idle_.back());
    idle_.pop_back();
  }
  auto reply = co_await client->request(std::move(call), timers_.now() + options_.deadline);
  if (!reply) client->close();
  idle_.push_back(std::move(client));
  co_return reply;
}

// Whatever it answers but that it is away shows it at work.
void Webhook::learn(Breaker::Call verdict, const Result<void>& judged) {
  const bool was_left_alone = left_alone();
  if (judged.code() == ErrorCode::unavailable) {
    verdict.failed(timers_.now());
  } else {
    verdict.succeeded();
  }
  if (was_left_alone == left_alone()) return;
  if (left_alone()) {
    log::warn("leaves a hook alone that is away",
              {{log::Field::address, where()}, {log::Field::reason, judged.error().detail}});
  } else {
    log::info("calls a hook again", {{log::Field::address, where()}});
  }
}

Task<Result<void>> Webhook::post(std::string event, std::string delivery, std::string body) {
  auto admitted = breaker_.enter(timers_.now());
  if (!admitted) {
    Error error = std::move(admitted).error();
    error.detail = "webhook at " + where() + " is left alone: it was away again and again";
    co_return error;
  }
  const auto reply = co_await send(call_of(event, delivery, std::move(body)));
  auto judged = judge(event, reply);
  learn(*std::move(admitted), judged);
  co_return judged;
}

}  // namespace gochat::webhook
