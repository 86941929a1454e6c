#include "adapters/memory/memory_queue.hpp"

#include <algorithm>
#include <utility>

#include "adapters/memory/topic.hpp"
#include "ports/queue_spans.hpp"

namespace gochat::memory {
namespace {

class MemorySubscription final : public Subscription {
 public:
  MemorySubscription(std::shared_ptr<Topic> topic, ConsumerGroup& group, MemberPtr member,
                     Gate& gate)
      : topic_{std::move(topic)}, group_{&group}, member_{std::move(member)}, gate_{gate} {
    group_->join(member_, gate_);
  }
  ~MemorySubscription() override { leave(); }

  Task<> stop() override {
    leave();
    while (member_->lanes_held != 0) co_await member_->released.wait();
  }

 private:
  void leave() {
    if (auto* group = std::exchange(group_, nullptr)) group->leave(member_, gate_);
  }

  const std::shared_ptr<Topic> topic_;
  ConsumerGroup* group_;  // until the member leaves it
  const MemberPtr member_;
  Gate& gate_;
};

}  // namespace

MemoryQueue::MemoryQueue(boost::asio::any_io_executor executor, Timers& timers,
                         MemoryQueueLimits limits)
    : timers_{timers}, limits_{std::move(limits)}, gate_{std::move(executor)} {}

MemoryQueue::~MemoryQueue() {
  for (const auto& [name, topic] : topics_) topic->abandon();
}

Task<Result<Durability>> MemoryQueue::publish(QueueRecord record, Deadline) {
  trace::Span span = publish_span("memory", record);
  const auto topic = topics_.find(record.topic);
  if (topic == topics_.end()) {
    span.failed(ErrorCode::not_found);
    co_return failed(ErrorCode::not_found, "no topic " + record.topic);
  }
  auto appended = topic->second->append(std::move(record));
  if (!appended) {
    span.failed(appended.code());
    co_return std::move(appended).error();
  }
  co_return Durability::in_memory;
}

Task<Result<std::unique_ptr<Subscription>>> MemoryQueue::subscribe(SubscribeTo to,
                                                                   LaneHandler& handler) {
  GOCHAT_ASSERT(to.batch_records_max > 0);
  auto topic = find(to.topic);
  if (!topic) co_return std::move(topic).error();
  auto member = std::make_shared<Member>(handler, to.batch_records_max);
  ConsumerGroup& group = (*topic)->group(to.group);
  co_return std::make_unique<MemorySubscription>(*topic, group, std::move(member), gate_);
}

Task<Result<void>> MemoryQueue::ensure_topic(std::string topic, std::int32_t lanes) {
  GOCHAT_ASSERT(lanes > 0);
  if (!topics_.contains(topic)) {
    auto made = std::make_shared<Topic>(topic, static_cast<std::size_t>(lanes), timers_, limits_);
    topics_.emplace(std::move(topic), std::move(made));
  }
  co_return Result<void>{};
}

Task<Result<void>> MemoryQueue::remove_topic(std::string topic) {
  if (auto removed = topics_.extract(topic)) removed.mapped()->close();
  co_return Result<void>{};
}

Result<std::shared_ptr<Topic>> MemoryQueue::find(const std::string& name) const {
  const auto found = topics_.find(name);
  if (found == topics_.end()) return failed(ErrorCode::unavailable, "no topic " + name);
  return found->second;
}

MemoryQueue::Figures MemoryQueue::figures() const {
  Figures sum;
  for (const auto& [name, topic] : topics_) {
    sum.records += topic->records();
    sum.bytes += topic->bytes();
  }
  return sum;
}

}  // namespace gochat::memory
