// Requests that carry an Idempotency-Key are carried out once and answered as often as asked.
#pragma once

#include "ports/clock.hpp"
#include "ports/logic_api.hpp"
#include "ports/repo_api.hpp"

namespace gochat::logic {

class Repeats final : public RepeatApi {
 public:
  static constexpr std::size_t key_bytes_max = 255;

  Repeats(IdempotencyStore& keys, Clock& clock) : keys_{keys}, clock_{clock} {}

  Task<Result<std::optional<std::string>>> begin(Caller caller, std::string route, std::string key,
                                                 std::uint64_t body_hash) override;
  Task<Result<void>> finish(Caller caller, std::string route, std::string key,
                            std::uint64_t body_hash, std::optional<std::string> answer) override;

 private:
  IdempotencyStore& keys_;
  Clock& clock_;
};

}  // namespace gochat::logic
