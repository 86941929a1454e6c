#include "gateway/downstream_consumer.hpp"

#include "async/gather.hpp"
#include "base/fault.hpp"
#include "base/log.hpp"
#include "gateway/frames.hpp"
#include "ports/queue_spans.hpp"

namespace gochat::gateway {

using protocol::DownstreamRecord;

Task<Result<void>> DownstreamConsumer::assigned(LaneId) { co_return Result<void>{}; }
void DownstreamConsumer::revoked(LaneId) {}

Task<Result<void>> DownstreamConsumer::take(LaneBatch batch) {
  std::vector<Task<Result<void>>> laying;
  for (const QueueDelivery& delivery : batch.deliveries) {
    trace::Span span = consume_span("deliver", batch.lane, delivery);
    auto record = protocol::decode_downstream(delivery.value);
    if (!record) {
      span.failed(record.error().code);
      laying.push_back(letters_.lay(batch.lane, delivery, record.error(), 1));
      continue;
    }
    // Records for an earlier life of this gateway name connections that are gone.
    if (record->boot != 0 && record->boot != boot_) continue;
    const trace::Context cause = cause_of(span, delivery);
    const trace::Scope scope{cause};
    span.set(trace::Attribute::receivers, std::ssize(record->recipients));
    recalls_.pass(*record);
    deliver(*record, cause.id);
  }
  if (!laying.empty()) co_await lay_aside(std::move(laying));
  co_return Result<void>{};
}

// What it told is found again by those it was for; that it could not be read is for the operator.
Task<> DownstreamConsumer::lay_aside(std::vector<Task<Result<void>>> laying) {
  for (const auto& laid : co_await gather(std::move(laying))) {
    if (!laid) log::warn("a dead letter was lost", {{log::Field::reason, laid.error().detail}});
  }
}

void DownstreamConsumer::deliver(const DownstreamRecord& record, TraceId trace) {
  using namespace protocol;
  std::visit(
      [&](const auto& push) {
        using T = std::decay_t<decltype(push)>;
        if constexpr (std::is_same_v<T, MessagePush>) {
          deliver_message(record, push);
        } else if constexpr (std::is_same_v<T, ConversationPush>) {
          deliver_conversation(record, push);
        } else if constexpr (!std::is_same_v<T, std::monostate>) {
          send_to_all(record);
        }
      },
      record.push);
  rooms_.witness.delivered(record, trace);
  deliver_receipts(record, trace);
}

void DownstreamConsumer::deliver_message(const DownstreamRecord& record,
                                         const protocol::MessagePush& push) {
  auto frame = told(record);
  const Message& message = push.message;
  // A sender's next socket waits for the answer that its last one did not live to see.
  for (Session* session : rooms_.sessions.of(message.sender)) {
    if (session->id != record.exclude) rooms_.delivery.take_own(*session, message);
  }
  if (record.to_all) {
    rooms_.delivery.take_all(record.conversation, message.seq, std::move(frame), record.exclude);
    return;
  }
  const bool answered_apart = record.exclude && record.receipts.empty();
  for (const UserId user : record.recipients) {
    for (Session* session : rooms_.sessions.of(user)) {
      if (session->id == record.exclude) {
        if (answered_apart) rooms_.delivery.pass(*session, record.conversation, message.seq);
        continue;
      }
      note_shown(*session, message);
      rooms_.delivery.take(*session, record.conversation, message.seq, frame.in(session->dialect));
    }
  }
}

// A conversation that is new to its receiver begins where they joined: what was before is not
// pushed.
void DownstreamConsumer::deliver_conversation(const DownstreamRecord& record,
                                              const protocol::ConversationPush& push) {
  auto frame = told(record);
  for (const UserId user : record.recipients) {
    for (Session* session : rooms_.sessions.of(user)) {
      if (push.is_new) rooms_.delivery.stand_at(*session, record.conversation, push.join_seq);
      rooms_.delivery.send(*session, frame.in(session->dialect));
    }
  }
}

void DownstreamConsumer::send_to_all(const DownstreamRecord& record) {
  auto frame = told(record);
  if (record.to_all) {
    for (Session* session : rooms_.sessions.all()) {
      rooms_.delivery.send(*session, frame.in(session->dialect));
    }
    return;
  }
  for (const UserId user : record.recipients) {
    for (Session* session : rooms_.sessions.of(user)) {
      if (session->id == record.exclude) continue;
      rooms_.delivery.send(*session, frame.in(session->dialect));
    }
  }
}

void DownstreamConsumer::deliver_receipts(const DownstreamRecord& record, TraceId trace) {
  const auto* push = std::get_if<protocol::MessagePush>(&record.push);
  for (const protocol::Receipt& receipt : record.receipts) {
    GOCHAT_FAULT_POINT(gateway_before_receipt);
    deliver_receipt(receipt, push, trace);
    rooms_.unanswered.end();
  }
}

void DownstreamConsumer::deliver_receipt(const protocol::Receipt& receipt,
                                         const protocol::MessagePush* push, TraceId trace) {
  Session* session = receipt.connection ? rooms_.sessions.find(receipt.connection) : nullptr;
  rooms_.witness.receipt(receipt, session, trace);
  if (!receipt.connection) return rooms_.receipts.arrived(receipt);
  if (receipt.code != ErrorCode::ok) rooms_.refusals.refused(receipt, session);
  if (!session) return;
  rooms_.reads.send_answered(*session, receipt.client_msg_id);
  if (receipt.code != ErrorCode::ok) {
    const Error refusal = refused(receipt.code, receipt.hint);
    return rooms_.delivery.say(*session, protocol::ErrorFrame{refusal, receipt.client_msg_id},
                               receipt.request_id);
  }
  const auto frame = frame_of(codec_of(session->dialect), stored(receipt), receipt.request_id);
  rooms_.delivery.take(*session, receipt.conversation, receipt.seq, frame, Delivery::Kind::receipt);
  if (push && push->message.id == receipt.message_id) {
    rooms_.delivery.send(*session, head_line(*push).in(session->dialect));
  }
}

}  // namespace gochat::gateway
