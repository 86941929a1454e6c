#include "logic/task_requests.hpp"

#include <utility>

#include "async/gather.hpp"
#include "logic/fan_out.hpp"
#include "protocol/message_task.hpp"

namespace gochat::logic {

TaskRequests::TaskRequests(const Needs& needs, const Options& options,
                           dispatch::DeadLetterOffice& letters)
    : queue_{needs.queue}, timers_{needs.timers}, options_{options}, letters_{letters} {}

std::vector<QueueRecord> TaskRequests::of_message(const Outgoing& item) const {
  std::vector<QueueRecord> requests;
  if (!item.push || item.push->message.conversation == world_id) return requests;
  const Message& message = item.push->message;
  for (const std::string& kind : options_.message_tasks) {
    const protocol::MessageTask task{kind,        message.conversation, message.id,
                                     message.seq, item.members,         item.push->sender_name};
    requests.push_back({protocol::task_topic_of(kind), message.conversation.text(),
                        protocol::encode(task), item.trace});
  }
  return requests;
}

Task<Result<void>> TaskRequests::start() {
  auto made =
      co_await queue_.ensure_topic(std::string{protocol::large_group_topic}, options_.task_lanes);
  for (const std::string& kind : options_.message_tasks) {
    const std::string topic = protocol::task_topic_of(kind);
    if (made) made = co_await letters_.open_for(topic);
    if (made) made = co_await queue_.ensure_topic(topic, options_.task_lanes);
  }
  co_return made;
}

Task<Result<void>> TaskRequests::publish_one(QueueRecord request) {
  const auto deadline = timers_.now() + options_.publish_deadline;
  auto published = co_await queue_.publish(request, deadline);
  if (published.code() == ErrorCode::overloaded &&
      request.topic.starts_with(protocol::task_topic_prefix)) {
    const LaneId nowhere{std::move(request.topic), 0};
    QueueDelivery delivery{std::move(request.key), std::move(request.value),
                           std::move(request.trace), 0, false};
    co_return co_await letters_.lay(nowhere, std::move(delivery), published.error(), 1);
  }
  if (!published) co_return published.error();
  co_return Result<void>{};
}

Task<Result<void>> TaskRequests::publish(std::vector<QueueRecord> requests) {
  std::vector<Task<Result<void>>> under_way;
  under_way.reserve(requests.size());
  for (auto& request : requests) under_way.push_back(publish_one(std::move(request)));
  const auto ended = co_await gather(std::move(under_way));
  for (const auto& one : ended) {
    if (!one) co_return one.error();
  }
  co_return Result<void>{};
}

}  // namespace gochat::logic
