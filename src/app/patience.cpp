#include "app/patience.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "async/retry.hpp"
#include "base/log.hpp"
#include "config/keys.hpp"

namespace gochat::app {
namespace {

constexpr RetryPolicy waiting{.first_delay_max = std::chrono::milliseconds{200},
                              .delay_max = std::chrono::seconds{2}};

// What is wrong may change while it is waited for, and is told again; no more often than this.
constexpr Duration told_again_after = std::chrono::seconds{10};

// The keys of a section say who is called, as whom, and whom we believe.
std::string remedy_of(const std::string& backend) {
  const auto sections = config::sections();
  if (std::ranges::find(sections, backend) != sections.end()) {
    return fmt::format("start it, or correct its address, user, password or TLS in {}.*", backend);
  }
  return "start one, or correct grpc.* here or there";
}

}  // namespace

Task<Result<void>> Patience::wait_for(std::string backend, std::string address, Try attempt) {
  std::string told;
  MonoTime told_at{};
  for (std::uint32_t tries = 1;; ++tries) {
    auto there = co_await attempt();
    if (giving_up_) {
      co_return failed(ErrorCode::unavailable,
                       fmt::format("ended while it waited for {} at {}", backend, address));
    }
    if (there && !told.empty()) {
      log::info("what it waited for is there",
                {{log::Field::component, backend}, {log::Field::address, address}});
    }
    if (there || !error_row(there.code()).retryable) co_return there;
    const std::string reason = fmt::format("{}; {}", there.error().detail, remedy_of(backend));
    const bool again = reason != told && timers_.now() - told_at >= told_again_after;
    if (told.empty() || again) {
      log::warn("waits for what it stands on", {{log::Field::component, backend},
                                                {log::Field::address, address},
                                                {log::Field::reason, reason}});
      told = reason;
      told_at = timers_.now();
    }
    co_await waiting_.wait(timers_, full_jitter(waiting, tries, random_.number()));
  }
}

void Patience::give_up() {
  giving_up_ = true;
  waiting_.notify();
}

}  // namespace gochat::app
