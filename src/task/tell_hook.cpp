#include "task/tell_hook.hpp"

#include <utility>

#include "protocol/message_task.hpp"

namespace gochat::task {

Task<Result<void>> TellHook::process(TaskInput input) {
  auto task = protocol::decode_message_task(input.record);
  if (!task) co_return task.error();
  auto message = co_await messages_.message(task->message);
  if (!message) co_return message.error();
  if (message->recalled) message->content.clear();
  co_return co_await hook_.tell(*std::move(message), std::move(task->sender_name));
}

}  // namespace gochat::task
