// Tells a hook of a message that was stored.
#pragma once

#include <string>

#include "ports/message_hook.hpp"
#include "ports/task_processor.hpp"
#include "task/needs.hpp"

namespace gochat::task {

// As the message is by then: of what was recalled the words are left out.
class TellHook final : public TaskProcessor {
 public:
  TellHook(const Needs& needs, MessageHook& hook) : messages_{needs.messages}, hook_{hook} {}
  std::string_view kind() const override { return hook_.kind(); }
  Task<Result<void>> process(TaskInput input) override;

 private:
  MessageRepo& messages_;
  MessageHook& hook_;
};

}  // namespace gochat::task
