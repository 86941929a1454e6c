#pragma once

#include <map>
#include <string>

#include "async/timer.hpp"
#include "ports/online_count.hpp"

namespace gochat::memory {

struct MemoryOnlineCountLimits {
  Duration lease = std::chrono::seconds{15};
};

// The gateways of one process. Lives on one loop.
class MemoryOnlineCount final : public OnlineCount {
 public:
  explicit MemoryOnlineCount(const Timers& timers, MemoryOnlineCountLimits limits = {})
      : timers_{timers}, limits_{limits} {}

  Task<Result<std::uint64_t>> report(std::string gateway, std::uint64_t people) override {
    const MonoTime now = timers_.now();
    reports_[std::move(gateway)] = {people, now + limits_.lease};
    std::erase_if(reports_, [now](const auto& one) { return one.second.ends <= now; });
    std::uint64_t all = 0;
    for (const auto& [name, report] : reports_) all += report.people;
    co_return all;
  }

 private:
  struct Report {
    std::uint64_t people = 0;
    MonoTime ends;
  };

  const Timers& timers_;
  const MemoryOnlineCountLimits limits_;
  std::map<std::string, Report> reports_;
};

}  // namespace gochat::memory
