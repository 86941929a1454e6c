// How much is sent: of one person, and of everybody together into the world room. Sockets, HTTP and
// services take from the same buckets.
#pragma once

#include "domain/conversation.hpp"
#include "domain/limits.hpp"
#include "ports/rate_limiter.hpp"

namespace gochat {

struct SendRates {
  BucketRate of_one{.capacity = limits::sends_burst, .per_second = limits::sends_per_second};
  BucketRate world{.capacity = 200, .per_second = 200};  // one second's worth at once
};

// At once: nobody waits on the road of a message.
inline Result<void> take_send(RateLimiter& limiter, UserId sender,
                              const ConversationId& conversation, const SendRates& rates) {
  auto taken = limiter.try_take("send:" + sender.text(), rates.of_one);
  if (!taken || conversation != world_id) return taken;
  return limiter.try_take("send_to:world", rates.world);
}

}  // namespace gochat
