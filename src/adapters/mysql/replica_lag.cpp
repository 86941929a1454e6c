#include "adapters/mysql/replica_lag.hpp"

namespace gochat::mysql {
namespace {

// Seconds_Behind_Master, or Seconds_Behind_Source: named differently, but in the same place of what
// MySQL 8 and MariaDB answer.
constexpr std::size_t seconds_behind_at = 32;

}  // namespace

Task<std::optional<std::chrono::seconds>> seconds_behind(Pool* replica, Deadline deadline) {
  auto lease = co_await replica->lease(deadline);
  if (!lease) co_return std::nullopt;
  auto rows = co_await (*lease)->run_text("SHOW REPLICA STATUS", deadline);
  if (!rows || rows->empty() || (*rows)[0].is_null(seconds_behind_at)) co_return std::nullopt;
  co_return std::chrono::seconds{(*rows)[0].int64(seconds_behind_at)};
}

}  // namespace gochat::mysql
