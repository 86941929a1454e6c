#include "gateway/upstream_publisher.hpp"

#include "base/fault.hpp"

namespace gochat::gateway {

UpstreamPublisher::UpstreamPublisher(Rooms rooms, PublisherLimits limits)
    : rooms_{rooms},
      limits_{limits},
      buckets_{{limits.sends_burst, limits.sends_per_second}, limits.users_max} {}

Result<void> UpstreamPublisher::admit(UserId sender, const Send& send) {
  if (auto good = check_client_msg_id(send.client_msg_id); !good) return good;
  if (auto good = check_content(send.type, send.content); !good) return good;
  if (!kind_of(send.conversation)) {
    return refused(ErrorCode::invalid_params, "conversationId is not the id of a conversation");
  }
  return buckets_.try_take(sender, rooms_.timers.now());
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
  record.accepted_at = rooms_.clock.now();

  const auto topic =
      record.conversation == world_id ? protocol::upstream_world_topic : protocol::upstream_topic;
  QueueRecord queued{std::string{topic}, record.conversation.text(), protocol::encode(record), {}};
  const Deadline deadline = rooms_.timers.now() + limits_.publish_time_max;
  auto published = co_await rooms_.queue.publish(std::move(queued), deadline);
  GOCHAT_FAULT_POINT(gateway_published);
  co_return published;
}

}  // namespace gochat::gateway
