// IdempotencyStore over its table.
#pragma once

#include "adapters/mysql/pool.hpp"
#include "ports/idempotency_store.hpp"

namespace gochat::mysql {

class MysqlIdempotencyStore final : public IdempotencyStore {
 public:
  explicit MysqlIdempotencyStore(Pool& pool) : pool_{pool} {}

  Task<Result<std::optional<std::string>>> begin(IdempotencyKey key, WallTime at) override;
  Task<Result<void>> finish(IdempotencyKey key, std::string answer) override;
  Task<Result<void>> forget(IdempotencyKey key) override;
  Task<Result<std::size_t>> delete_expired(WallTime before, std::size_t limit) override;

 private:
  Pool& pool_;
};

}  // namespace gochat::mysql
