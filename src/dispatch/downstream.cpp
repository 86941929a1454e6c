#include "dispatch/downstream.hpp"

#include <utility>

#include "async/gather.hpp"
#include "base/log.hpp"

namespace gochat::dispatch {

Task<Result<void>> Downstream::publish_one(Addressed addressed) {
  std::string topic{protocol::downstream_topic_prefix};
  topic += addressed.gateway;
  // One lane per gateway: the key only has to be the same for what must keep its order.
  QueueRecord record{std::move(topic), addressed.record.conversation.text(),
                     protocol::encode(addressed.record), std::move(addressed.trace)};
  auto published = co_await queue_.publish(std::move(record), timers_.now() + deadline_);
  if (published) co_return Result<void>{};
  if (published.code() == ErrorCode::not_found) {
    log::info("a gateway is gone", {{log::Field::instance, addressed.gateway}});
    co_return Result<void>{};
  }
  co_return published.error();
}

Task<Result<void>> Downstream::publish(std::vector<Addressed> records) {
  if (records.size() == 1) co_return co_await publish_one(std::move(records.front()));
  std::vector<Task<Result<void>>> under_way;
  under_way.reserve(records.size());
  for (auto& record : records) under_way.push_back(publish_one(std::move(record)));
  const auto ended = co_await gather(std::move(under_way));
  for (const auto& one : ended) {
    if (!one) co_return one.error();
  }
  co_return Result<void>{};
}

}  // namespace gochat::dispatch
