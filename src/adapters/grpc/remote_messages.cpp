// The log, its messages and the inboxes, as repo answers for them.
#include "adapters/grpc/repo_client_parts.hpp"

namespace gochat::rpc {

Task<Result<std::string>> RemoteMessages::epoch() {
  return get<v1::Epoch>(read_method("GetEpoch"), v1::EpochRequest{});
}

// Not tried again here: the port leaves it to the caller, who knows what a later batch rests on.
Task<Result<std::vector<LogAnswer>>> RemoteMessages::save(LogBatch batch, Deadline deadline) {
  SaveOrder::Turn turn = order_.queue(batch);
  co_await turn.come();
  const std::size_t items = batch.items.size();
  const auto answer =
      co_await calls_.unary<v1::LogAnswers>(once("SaveMessages"), to_proto(batch), deadline);
  if (!answer) co_return answer.error();
  Faults faults;
  auto answers = from_proto_all(answer->answers(), faults);
  if (answers.size() != items) faults.add("a batch has not as many answers as items");
  if (faults) co_return faults.of_answer();
  co_return answers;
}

Task<Result<std::uint64_t>> RemoteMessages::raise_fence(std::string topic, std::int32_t partition) {
  v1::RaiseFenceRequest out;
  out.set_topic(std::move(topic));
  out.set_partition(partition);
  // Not repeated: a first call that is carried out after the second would fence its own caller.
  return get<v1::Fence>(once("RaiseFence"), std::move(out));
}

Task<Result<MessagePage>> RemoteMessages::page(PageQuery query) {
  return get<v1::MessagePage>(read_method("GetMessages"), to_proto(query));
}

Task<Result<Message>> RemoteMessages::message(MessageId id) {
  v1::MessageIdRequest out;
  out.set_id(id.number());
  return get<v1::Message>(read_method("GetMessage"), std::move(out));
}

Task<Result<std::optional<Message>>> RemoteMessages::sent(UserId sender,
                                                          std::string client_msg_id) {
  v1::SentMessageRequest out;
  out.set_sender_id(sender.number());
  out.set_client_msg_id(std::move(client_msg_id));
  return get<v1::MaybeMessage>(read_method("GetSentMessage"), std::move(out));
}

Task<Result<std::vector<ConversationEvent>>> RemoteMessages::events(ConversationId conversation,
                                                                    EventNo after,
                                                                    std::size_t limit) {
  v1::GetEventsRequest out;
  out.set_conversation_id(conversation.text());
  out.set_after(after.number());
  out.set_limit(to_proto_32(limit));
  return get<v1::Events>(read_method("GetEvents"), std::move(out));
}

Task<Result<void>> RemoteInboxes::add(std::vector<InboxAddition> additions) {
  v1::AddToInboxesRequest out;
  to_proto_all(additions, out.mutable_additions(),
               [](const InboxAddition& one) { return to_proto(one); });
  return tell(same_twice("AddToInboxes"), std::move(out));
}

Task<Result<std::optional<std::vector<InboxEntry>>>> RemoteInboxes::read(UserId user,
                                                                         WallTime not_before) {
  v1::ReadInboxRequest out;
  out.set_user_id(user.number());
  out.set_not_before_ms(ms(not_before));
  return get<v1::ReadInboxAnswer>(read_method("ReadInbox"), std::move(out));
}

Task<Result<void>> RemoteInboxes::fill(UserId user, std::vector<InboxEntry> entries) {
  v1::FillInboxRequest out;
  out.set_user_id(user.number());
  to_proto_all(entries, out.mutable_entries(), [](const InboxEntry& one) { return to_proto(one); });
  return tell(same_twice("FillInbox"), std::move(out));
}

}  // namespace gochat::rpc
