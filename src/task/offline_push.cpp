#include "task/offline_push.hpp"

#include <algorithm>
#include <utility>

#include "domain/conversation.hpp"

namespace gochat::task {

OfflinePush::OfflinePush(const Needs& needs, PushSender& sender)
    : messages_{needs.messages},
      conversations_{needs.conversations},
      registry_{needs.registry},
      members_{needs.groups},
      sender_{sender} {}

Task<Result<std::vector<UserId>>> OfflinePush::receivers(protocol::MessageTask task,
                                                         UserId sender) {
  std::vector<UserId> users;
  if (const auto group = group_of(task.conversation)) {
    const auto list = co_await members_.at_least(*group, task.members);
    if (!list) co_return list.error();
    for (const Membership& row : (*list)->rows) {
      if (row.receives(task.seq)) users.push_back(row.user);
    }
  } else {
    const auto head = co_await conversations_.conversation(task.conversation);
    if (!head) co_return head.error();
    users = {head->user_lo, head->user_hi};
  }
  std::erase(users, sender);
  co_return users;
}

Task<Result<std::vector<UserId>>> OfflinePush::away(std::vector<UserId> users, Message message) {
  const auto online = co_await registry_.online(users);
  if (!online) co_return online.error();
  std::erase_if(users,
                [&](UserId user) { return std::ranges::find(*online, user) != online->end(); });
  std::vector<UserId> wanting;
  for (const UserId user : users) {
    const auto own = co_await conversations_.conversation_for(user, message.conversation);
    if (own.code() == ErrorCode::not_found) continue;
    if (!own) co_return own.error();
    const ReadPosition& position = own->position;
    if (!own->left() && !position.muted && position.read_seq < message.seq) wanting.push_back(user);
  }
  co_return wanting;
}

Task<Result<void>> OfflinePush::process(TaskInput input) {
  auto task = protocol::decode_message_task(input.record);
  if (!task) co_return task.error();
  auto message = co_await messages_.message(task->message);
  if (!message) co_return message.error();
  if (message->recalled || message->conversation == world_id) co_return Result<void>{};
  const auto all = co_await receivers(*task, message->sender);
  if (!all) co_return all.error();
  for (std::size_t from = 0; from < all->size(); from += PushSender::receivers_max) {
    const auto first = all->begin() + static_cast<std::ptrdiff_t>(from);
    const auto count = std::min(PushSender::receivers_max, all->size() - from);
    std::vector<UserId> some{first, first + static_cast<std::ptrdiff_t>(count)};
    auto to = co_await away(std::move(some), *message);
    if (!to) co_return to.error();
    if (to->empty()) continue;
    PushNote note{*message, task->sender_name, *std::move(to)};
    auto pushed = co_await sender_.push(std::move(note));
    if (!pushed) co_return pushed;
  }
  co_return Result<void>{};
}

}  // namespace gochat::task
