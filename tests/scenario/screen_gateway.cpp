#include "scenario/screen_gateway.hpp"

#include <algorithm>

#include "base/assert.hpp"

namespace gochat::scenario {

Task<Result<void>> ScreenGateway::take(LaneBatch batch) {
  for (const QueueDelivery& delivery : batch.deliveries) {
    auto record = protocol::decode_downstream(delivery.value);
    GOCHAT_ASSERT(record.ok());
    if (record->boot == boot_) co_await deliver(*std::move(record));
  }
  co_return Result<void>{};
}

std::vector<Person*> ScreenGateway::receivers(const protocol::DownstreamRecord& record) const {
  std::vector<Person*> found;
  for (const auto& [connection, person] : people_) {
    const bool named =
        std::ranges::find(record.recipients, person->user) != record.recipients.end();
    if (connection != record.exclude && (named || record.to_all)) found.push_back(person);
  }
  return found;
}

Task<> ScreenGateway::deliver(protocol::DownstreamRecord record) {
  if (const auto* push = std::get_if<protocol::MessagePush>(&record.push)) {
    for (Person* person : receivers(record)) co_await show(*person, push->message);
  }
  if (const auto* push = std::get_if<protocol::ConversationPush>(&record.push)) {
    for (Person* person : receivers(record)) {
      if (!push->is_new) continue;
      ++person->introductions;
      auto& shown = person->shown[record.conversation];
      shown.up_to = std::max(shown.up_to, push->join_seq);
      shown.begun = true;
    }
  }
  for (const protocol::Receipt& receipt : record.receipts) {
    const auto at = people_.find(receipt.connection);
    if (at == people_.end()) continue;
    const auto* push = std::get_if<protocol::MessagePush>(&record.push);
    // In the message's place: what one said oneself is shown when its receipt comes.
    if (receipt.code == ErrorCode::ok) {
      co_await show_own(*at->second, push ? push->message : said(*at->second, receipt));
    }
    receive(*at->second, receipt);
  }
}

Task<> ScreenGateway::show(Person& person, Message message) {
  const ConnectionId connection = person.connection;
  auto& shown = person.shown[message.conversation];
  if (shown.messages.contains(message.seq.number())) {
    ++shown.pushed_twice;
    co_return;
  }
  const bool gap = shown.begun && message.seq > next(shown.up_to);
  if (gap) {
    const SeqRange missing{next(shown.up_to), Seq{message.seq.number() - 1}};
    const std::vector<UserId> one{person.user};
    const auto pulled = co_await messages_.pull_for_users(message.conversation, missing, one);
    // Whoever went meanwhile finds it when they are back.
    if (!pulled || person.connection != connection) co_return;
    for (const auto& [found, readers] : *pulled) {
      if (!readers.empty()) shown.messages[found.message.seq.number()] = found.message;
    }
  }
  shown.up_to = std::max(shown.up_to, message.seq);
  shown.begun = true;
  shown.messages[message.seq.number()] = std::move(message);
}

Message ScreenGateway::said(const Person& person, const protocol::Receipt& receipt) {
  Message message;
  message.id = receipt.message_id;
  message.conversation = receipt.conversation;
  message.sender = person.user;
  message.client_msg_id = receipt.client_msg_id;
  message.content = person.said.at(receipt.client_msg_id).content;
  message.seq = receipt.seq;
  return message;
}

// A second receipt is no second push.
Task<> ScreenGateway::show_own(Person& person, Message message) {
  if (person.shown[message.conversation].messages.contains(message.seq.number())) co_return;
  co_await show(person, std::move(message));
}

void ScreenGateway::receive(Person& person, const protocol::Receipt& receipt) {
  const auto said = person.said.find(receipt.client_msg_id);
  GOCHAT_ASSERT(said != person.said.end());
  ++said->second.receipts;
  said->second.open_attempts.erase(receipt.request_id);
  if (receipt.code == ErrorCode::ok) {
    // The same send has the same place for ever.
    GOCHAT_ASSERT(!said->second.seq || said->second.seq == receipt.seq);
    GOCHAT_ASSERT(!said->second.id || said->second.id == receipt.message_id);
    said->second.seq = receipt.seq;
    said->second.id = receipt.message_id;
  } else if (!error_row(receipt.code).retryable) {
    said->second.refusal = receipt.code;
  }
}

}  // namespace gochat::scenario
