#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

struct IdempotencyKey {
  UserId user;
  std::string route;
  std::string key;
  std::uint64_t body_hash = 0;
};

// Answers of requests that carried an Idempotency-Key, kept for a day.
// Ordering: none. Idempotency: its purpose. Errors: `in_progress` while the first is running and
// not older than a minute; `idempotency_conflict` for another body under the key; `unavailable`.
// Cancellation: a write that was started is carried out.
class IdempotencyStore {
 public:
  virtual ~IdempotencyStore() = default;
  // Empty: the caller is the first and must finish or forget; otherwise the stored answer.
  virtual Task<Result<std::optional<std::string>>> begin(IdempotencyKey key, WallTime at) = 0;
  virtual Task<Result<void>> finish(IdempotencyKey key, std::string answer) = 0;
  virtual Task<Result<void>> forget(IdempotencyKey key) = 0;
  virtual Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) = 0;
};

}  // namespace gochat
