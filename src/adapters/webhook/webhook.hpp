// One address that is told of things by HTTP POST, each body signed with the secret that both sides
// know.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "adapters/crypto/key_file.hpp"
#include "async/breaker.hpp"
#include "base/metrics.hpp"
#include "net/http_client.hpp"
#include "ports/clock.hpp"

namespace gochat::webhook {

struct WebhookOptions {
  std::string host;
  std::uint16_t port = 80;
  std::string target = "/";
  crypto::Key secret{};
  // From the first byte to the last of the answer.
  Duration deadline = std::chrono::seconds{5};
  // Of being away: then it is left alone, and a single call finds out whether it is back.
  BreakerPolicy breaker{.failures_in_a_row_max = 5, .open_time = std::chrono::seconds{2}};
};

// `v1=` and 64 hex digits: HMAC-SHA256 over "<timestamp>.<body>".
std::string signature(const crypto::Key& secret, std::string_view timestamp, std::string_view body);

// Of all webhooks together, by event and result: "delivered", "refused", "failed" or "away".
using Attempts = metrics::Family<metrics::Counter>;

class Webhook {
 public:
  Webhook(boost::asio::io_context& loop, Timers& timers, const Clock& clock, Attempts& attempts,
          WebhookOptions options);

  // Ok on 2xx. `internal`: it answered 500 or something that is no answer, and may do so every
  // time. `unavailable`: it is away, asks to wait (429, 502, 503, 504), or is left alone because it
  // was away several times in a row: then nothing was sent. Any other answer is final.
  Task<Result<void>> post(std::string event, std::string delivery, std::string body);

  bool left_alone() const { return breaker_.state(timers_.now()) != Breaker::State::closed; }

 private:
  using ClientPtr = std::unique_ptr<net::HttpClient>;
  net::HttpCall call_of(const std::string& event, const std::string& delivery,
                        std::string body) const;
  Task<Result<net::HttpReply>> send(net::HttpCall call);
  Result<void> judge(const std::string& event, const Result<net::HttpReply>& reply);
  void learn(Breaker::Call verdict, const Result<void>& judged);
  std::string where() const { return options_.host + ':' + std::to_string(options_.port); }

  boost::asio::io_context& loop_;
  Timers& timers_;
  const Clock& clock_;
  Attempts& attempts_;
  const WebhookOptions options_;
  Breaker breaker_;
  std::vector<ClientPtr> idle_;  // as many as were ever in use at once: one for each lane at most
};

}  // namespace gochat::webhook
