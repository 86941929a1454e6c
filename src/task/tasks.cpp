#include "task/tasks.hpp"

#include <utility>

#include "protocol/dead_letter_topics.hpp"
#include "protocol/message_task.hpp"

namespace gochat::task {

namespace {
// All processes of this name share the lanes of the topics.
constexpr std::string_view consumer_group = "gochat-task";
}  // namespace

Tasks::Tasks(const Needs& needs, Options options, const Kinds& kinds)
    : queue_{needs.queue},
      options_{options},
      large_groups_{needs, options_},
      consumer_{needs, options_} {
  consumer_.add(std::string{protocol::large_group_topic}, large_groups_);
  for (TaskProcessor& kind : kinds) {
    topics_.push_back(protocol::task_topic_of(kind.kind()));
    consumer_.add(topics_.back(), kind);
  }
}

Task<Result<void>> Tasks::take_from(std::string topic) {
  auto made = co_await queue_.ensure_topic(topic, options_.lanes);
  if (!made) co_return made;
  made =
      co_await queue_.ensure_topic(protocol::dead_letter_topic(topic), protocol::dead_letter_lanes);
  if (!made) co_return made;
  SubscribeTo to{.topic = std::move(topic),
                 .group = std::string{consumer_group},
                 .batch_records_max = options_.batch_records_max};
  auto subscribed = co_await queue_.subscribe(std::move(to), consumer_);
  if (!subscribed) co_return subscribed.error();
  subscriptions_.push_back(*std::move(subscribed));
  co_return Result<void>{};
}

Task<Result<void>> Tasks::start() {
  auto taken = co_await take_from(std::string{protocol::large_group_topic});
  for (const std::string& topic : topics_) {
    if (taken) taken = co_await take_from(topic);
  }
  co_return taken;
}

Task<> Tasks::stop() {
  consumer_.stop();
  for (auto& subscription : subscriptions_) co_await subscription->stop();
  subscriptions_.clear();
}

}  // namespace gochat::task
