// How far somebody has read and been delivered, and who is told.
#pragma once

#include "logic/access.hpp"
#include "logic/changes.hpp"
#include "logic/fan_out.hpp"
#include "ports/logic_api.hpp"

namespace gochat::logic {

class AdvanceReadPosition {
 public:
  AdvanceReadPosition(Access& access, Changes& changes, FanOut& fan_out)
      : access_{access}, changes_{changes}, fan_out_{fan_out} {}

  // Tells the reader's devices, and in a single chat the other one. Answers what is unread.
  Task<Result<std::uint64_t>> read(Caller caller, ConversationId id, std::optional<Seq> to);
  // In a single chat the other one is told that it arrived.
  Task<Result<void>> acknowledge(Caller caller, ConversationId id, Seq to);

 private:
  Task<Result<Changed>> advance(Caller caller, ConversationId id, change::Body body);

  Access& access_;
  Changes& changes_;
  FanOut& fan_out_;
};

}  // namespace gochat::logic
