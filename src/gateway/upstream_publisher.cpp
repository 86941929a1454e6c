#include "gateway/upstream_publisher.hpp"

#include "base/fault.hpp"
#include "base/trace_context.hpp"
#include "ports/not_made_yet.hpp"

namespace gochat::gateway {
namespace {

std::uint32_t whole_ms(Duration time) {
  return static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::milliseconds>(time).count());
}

}  // namespace

void UpstreamPublisher::close(Duration retry_after) {
  closed_ = true;
  retry_after_ = retry_after;
}

Result<void> UpstreamPublisher::admit(UserId sender, const Send& send) {
  auto judged = judge(sender, send);
  if (judged) {
    rooms_.unanswered.begin();
  } else {
    rooms_.witness.send_refused(sender, judged.error(), send.trace);
  }
  return judged;
}

Result<void> UpstreamPublisher::judge(UserId sender, const Send& send) {
  if (closed_) {
    Error draining = failed(ErrorCode::unavailable, "this gateway drains");
    draining.retry_after_ms = whole_ms(retry_after_);
    return draining;
  }
  if (auto good = check_client_msg_id(send.client_msg_id); !good) return good;
  if (auto good = check_content(send.type, send.content); !good) return good;
  if (!kind_of(send.conversation)) {
    return refused(ErrorCode::invalid_params, "conversationId is not the id of a conversation");
  }
  if (rooms_.unanswered.holds_back(limits_.lag_max)) {
    Error waits = failed(ErrorCode::overloaded, "what was sent waits for too long already");
    waits.retry_after_ms = whole_ms(Unanswered::let_through_every);
    return waits;
  }
  return take_send(rooms_.limiter, sender, send.conversation, limits_.sends);
}

Task<Result<Durability>> UpstreamPublisher::publish(UserId sender, Send send,
                                                    protocol::Origin origin) {
  protocol::UpstreamRecord record;
  record.conversation = std::move(send.conversation);
  record.sender = sender;
  record.client_msg_id = std::move(send.client_msg_id);
  record.type = send.type;
  record.content = std::move(send.content);
  record.reply_to = send.reply_to;
  record.origin = std::move(origin);
  record.origin.taken_ns = rooms_.timers.now().time_since_epoch().count();
  record.accepted_at = rooms_.clock.now();

  const trace::Context cause = trace::current() ? trace::current() : trace::Context{send.trace};
  const auto topic = protocol::upstream_topic_of(record.conversation);
  QueueRecord queued{std::string{topic}, record.conversation.text(), protocol::encode(record),
                     cause.traceparent()};
  const Deadline deadline = rooms_.timers.now() + limits_.publish_time_max;
  auto taken = co_await rooms_.queue.publish(std::move(queued), deadline);
  const auto published = as_if_away_when_not_made_yet(std::move(taken));
  GOCHAT_FAULT_POINT(gateway_published);
  if (published) {
    rooms_.witness.send_accepted(sender, record.conversation, send.trace);
  } else {
    rooms_.unanswered.withdraw();
    rooms_.witness.send_refused(sender, published.error(), send.trace);
  }
  co_return published;
}

}  // namespace gochat::gateway
