#include "app/patience.hpp"

#include <fmt/format.h>

#include "async/retry.hpp"
#include "base/log.hpp"

namespace gochat::app {
namespace {

constexpr RetryPolicy waiting{.first_delay_max = std::chrono::milliseconds{200},
                              .delay_max = std::chrono::seconds{2}};

}  // namespace

Task<Result<void>> Patience::wait_for(std::string backend, std::string address, Try attempt) {
  for (std::uint32_t tries = 1;; ++tries) {
    auto there = co_await attempt();
    if (giving_up_) {
      co_return failed(ErrorCode::unavailable,
                       fmt::format("ended while it waited for {} at {}", backend, address));
    }
    if (there || !error_row(there.code()).retryable) co_return there;
    if (tries == 1) {
      log::warn("waits for what it stands on", {{log::Field::component, backend},
                                                {log::Field::address, address},
                                                {log::Field::reason, there.error().detail}});
    }
    co_await waiting_.wait(timers_, full_jitter(waiting, tries, random_.number()));
  }
}

void Patience::give_up() {
  giving_up_ = true;
  waiting_.notify();
}

}  // namespace gochat::app
