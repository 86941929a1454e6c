#include "adapters/mysql/transaction.hpp"

namespace gochat::mysql {
namespace {

// Of the pause before a transaction that lost is begun anew.
constexpr Duration first_pause_max = std::chrono::milliseconds{2};
constexpr Duration pause_max = std::chrono::milliseconds{100};

}  // namespace

Task<bool> DeadlockRetry::again() {
  pool_.counts().deadlocks.add();
  if (++tried_ > pool_.limits().deadlock_retries_max) co_return false;
  const RetryPolicy policy{pool_.limits().deadlock_retries_max, first_pause_max, pause_max};
  const Duration pause = full_jitter(policy, tried_, pool_.dice()());
  if (pause >= deadline_ - pool_.timers().now()) co_return false;
  co_await pool_.timers().sleep(pause);
  co_return true;
}

Error perhaps_committed(Error error) {
  error.code = ErrorCode::timeout;
  return error;
}

}  // namespace gochat::mysql
