#include "gateway/headcount.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace gochat::gateway {

Headcount::Headcount(Rooms rooms, std::string gateway, std::uint64_t online_max)
    : rooms_{rooms},
      gateway_{std::move(gateway)},
      online_max_{online_max},
      beat_{rooms.gate, rooms.timers, every, [this] { return count(); }} {}

Result<void> Headcount::admit() {
  if (online_max_ != 0 && known_ >= online_max_) {
    Error full = refused(ErrorCode::overloaded, "as many people are online as may be");
    full.retry_after_ms = static_cast<std::uint32_t>(
        std::chrono::duration_cast<std::chrono::milliseconds>(every).count());
    return full;
  }
  ++known_;
  return {};
}

Task<> Headcount::count() {
  const auto first_of_somebody = [this](const Session* session) {
    return rooms_.sessions.of(session->caller.user).front() == session;
  };
  const auto here = std::ranges::count_if(rooms_.sessions.all(), first_of_somebody);
  const auto all = co_await rooms_.online.report(gateway_, static_cast<std::uint64_t>(here));
  if (all) {
    elsewhere_ = *all - std::min(*all, static_cast<std::uint64_t>(here));
  } else {
    log::warn("who is online was not counted", {{log::Field::reason, all.error().detail}});
  }
  known_ = elsewhere_ + static_cast<std::uint64_t>(here);
}

}  // namespace gochat::gateway
