// Runs what belongs together as one transaction, and begins it anew when it lost against another.
#pragma once

#include <type_traits>
#include <utility>

#include "adapters/mysql/failure_kind.hpp"
#include "adapters/mysql/pool.hpp"

namespace gochat::mysql {

// Asks again after a deadlock, or a row that was held for too long.
class DeadlockRetry {
 public:
  DeadlockRetry(Pool& pool, Deadline deadline) : pool_{pool}, deadline_{deadline} {}
  // False: no more tries, or no time for one. Otherwise a pause has passed.
  Task<bool> again();

 private:
  Pool& pool_;
  Deadline deadline_;
  std::uint32_t tried_ = 0;
};

// What is known when a COMMIT was answered with anything but success: the engine may have it.
Error perhaps_committed(Error error);

// `work(Connection&)` makes a Task<Result<T>> and may be called more than once. What it returns as
// an error undoes everything. Errors of its own: `unavailable`: nothing was done; `timeout`:
// unknown, because the connection broke or time was up.
template <class Work>
auto in_transaction(Pool& pool, Deadline deadline, Work work)
    -> std::invoke_result_t<Work&, Connection&> {
  using Outcome = typename std::invoke_result_t<Work&, Connection&>::value_type;
  DeadlockRetry retry{pool, deadline};
  for (;;) {
    auto lease = co_await pool.lease(deadline);
    if (!lease) co_return std::move(lease).error();
    Connection& connection = **lease;
    auto begun = co_await connection.begin(deadline);
    // A connection that broke while it was idle.
    if (!begun && connection.failure() == Failure::lost && !lease->fresh()) continue;
    if (!begun) co_return std::move(begun).error();
    Outcome outcome = co_await work(connection);
    if (outcome) {
      auto committed = co_await connection.commit(deadline);
      if (committed) co_return outcome;
      if (connection.failure() != Failure::conflict) {
        co_return perhaps_committed(std::move(committed).error());
      }
    } else if (connection.failure() != Failure::conflict) {
      co_return outcome;  // the pool rolls back
    }
    auto undone = co_await connection.rollback(deadline);
    if (!undone) co_return std::move(undone).error();
    if (!co_await retry.again()) {
      co_return failed(ErrorCode::unavailable, "another transaction was in the way each time");
    }
  }
}

}  // namespace gochat::mysql
