// Reaches the receivers of a message who have no connection open.
#pragma once

#include <vector>

#include "ports/conversation_store.hpp"
#include "ports/push_sender.hpp"
#include "ports/task_processor.hpp"
#include "protocol/message_task.hpp"
#include "task/member_lists.hpp"
#include "task/needs.hpp"

namespace gochat::task {

inline constexpr std::string_view offline_push_kind = "offline_push";

// Left out are the sender, whoever has muted the conversation, and whoever has read so far already.
// What was recalled is not pushed.
class OfflinePush final : public TaskProcessor {
 public:
  OfflinePush(const Needs& needs, PushSender& sender);

  std::string_view kind() const override { return offline_push_kind; }
  Task<Result<void>> process(TaskInput input) override;

 private:
  Task<Result<std::vector<UserId>>> receivers(protocol::MessageTask task, UserId sender);
  // Of these, who is to be reached.
  Task<Result<std::vector<UserId>>> away(std::vector<UserId> users, Message message);

  MessageRepo& messages_;
  ConversationRepo& conversations_;
  SessionRegistry& registry_;
  MemberLists members_;
  PushSender& sender_;
};

}  // namespace gochat::task
