// Tells one shard of a large group of one message.
#pragma once

#include "base/metrics.hpp"
#include "dispatch/downstream.hpp"
#include "dispatch/locator.hpp"
#include "ports/task_processor.hpp"
#include "protocol/task_records.hpp"
#include "task/member_lists.hpp"
#include "task/needs.hpp"
#include "task/options.hpp"

namespace gochat::task {

struct FanOutCounts {
  metrics::SizeHistogram receivers;  // of one shard, connected or not
  metrics::SizeHistogram gateways;   // to which it went, one record each
};

// Comes to the same however often it runs: a gateway drops what its connections were sent.
class LargeGroupFanOut final : public TaskProcessor {
 public:
  LargeGroupFanOut(const Needs& needs, const Options& options);

  std::string_view kind() const override { return "large_group_fan_out"; }
  Task<Result<void>> process(TaskInput input) override;

  const FanOutCounts& counts() const { return counts_; }

 private:
  // As it is now: what was recalled meanwhile is told without its words.
  Task<Result<protocol::DownstreamRecord>> current(protocol::DownstreamRecord told);

  MessageRepo& messages_;
  Clock& clock_;
  const Options& options_;
  MemberLists members_;
  dispatch::Locator locator_;
  dispatch::Downstream downstream_;
  FanOutCounts counts_;
};

}  // namespace gochat::task
