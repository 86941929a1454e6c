#include "logic/repeats.hpp"

#include <utility>

namespace gochat::logic {

Task<Result<std::optional<std::string>>> Repeats::begin(Caller caller, std::string route,
                                                        std::string key, std::uint64_t body_hash) {
  if (key.empty() || key.size() > key_bytes_max) {
    co_return refused(ErrorCode::invalid_params, "Idempotency-Key: 1 to 255 bytes");
  }
  IdempotencyKey asked{caller.user, std::move(route), std::move(key), body_hash};
  co_return co_await keys_.begin(std::move(asked), clock_.now());
}

Task<Result<void>> Repeats::finish(Caller caller, std::string route, std::string key,
                                   std::uint64_t body_hash, std::optional<std::string> answer) {
  IdempotencyKey asked{caller.user, std::move(route), std::move(key), body_hash};
  if (!answer) co_return co_await keys_.forget(std::move(asked));
  co_return co_await keys_.finish(std::move(asked), *std::move(answer));
}

}  // namespace gochat::logic
