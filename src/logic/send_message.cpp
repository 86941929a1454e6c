#include "logic/send_message.hpp"

#include <algorithm>
#include <utility>

#include "base/fault.hpp"
#include "base/log.hpp"
#include "logic/send_parts.hpp"
#include "ports/queue_spans.hpp"
#include "protocol/unreadable_send.hpp"

namespace gochat::logic {

namespace {

// Between two offers of refusals to a queue that is full.
constexpr Duration first_pause = std::chrono::milliseconds{50};
constexpr Duration longest_pause = std::chrono::seconds{1};
// One with the rest of its batch, and one alone.
constexpr std::uint32_t tries_of_a_send = 2;

protocol::Receipt receipt_for(const protocol::UpstreamRecord& record) {
  protocol::Receipt receipt;
  receipt.connection = record.origin.connection;
  receipt.request_id = record.origin.request_id;
  receipt.client_msg_id = record.client_msg_id;
  receipt.conversation = record.conversation;
  receipt.taken_ns = record.origin.taken_ns;
  return receipt;
}

}  // namespace

SendMessage::SendMessage(const Needs& needs, const Options& options, Members& members,
                         PeopleCache& people, Introductions& introductions, FanOut& fan_out,
                         dispatch::DeadLetterOffice& letters)
    : repo_{needs.repo},
      clock_{needs.clock},
      timers_{needs.timers},
      ids_{needs.ids},
      options_{options},
      members_{members},
      people_{people},
      introductions_{introductions},
      fan_out_{fan_out},
      letters_{letters} {}

// A duplicate was told when it was stored, unless that attempt ended before: then its record comes
// again. A client that sends again is owed only the receipt.
bool SendMessage::Send::is_told() const {
  const Stored* row = stored();
  if (!row) return false;
  if (row->duplicate && GOCHAT_PLANTED(duplicate_skips_fan_out)) return false;
  return !row->duplicate || maybe_again;
}

Task<Result<void>> SendMessage::assigned(LaneId lane) {
  auto fence = co_await repo_.messages.raise_fence(lane.topic, lane.partition);
  if (!fence) co_return fence.error();
  fences_[lane_name(lane)] = *fence;
  co_return Result<void>{};
}

void SendMessage::revoked(LaneId lane) {
  fences_.erase(lane_name(lane));
  refusals_.erase(lane_name(lane));
}

Task<Result<void>> SendMessage::take(LaneBatch batch) {
  refusals_.erase(lane_name(batch.lane));  // of a try whose commit failed: judged anew here
  auto sends = read(batch);
  const trace::Context recorded = first_recorded(sends, &Send::span);
  const trace::Scope scope{recorded ? recorded : cause_of({}, batch.deliveries.front())};
  GOCHAT_FAULT_POINT(logic_before_append);
  auto answered = co_await append(std::move(sends), batch.lane);
  if (!answered) co_return answered.error();
  GOCHAT_FAULT_POINT(logic_after_append);
  auto judged = co_await hide_from_strangers(*std::move(answered));
  auto refused = refusals(judged);
  auto dead = hopeless(judged);
  auto outgoing = co_await stored(std::move(judged));
  if (!outgoing) co_return outgoing.error();
  auto told = co_await fan_out_.deliver(*std::move(outgoing));
  if (!told) co_return told.error();
  GOCHAT_FAULT_POINT(logic_after_fan_out);
  auto laid = co_await lay_aside(std::move(dead), batch.lane);
  if (!laid) co_return laid;
  if (!refused.empty()) refusals_[lane_name(batch.lane)] = std::move(refused);
  co_return Result<void>{};
}

// Nothing gives these records again, so what a full queue does not take is offered to it for a
// while. A refusal that is lost after all leaves the send open, and the client asks again with the
// same id.
Task<> SendMessage::committed(LaneId lane) {
  auto refused = refusals_.extract(lane_name(lane));
  if (refused.empty()) co_return;
  const MonoTime until = timers_.now() + options_.refusals_offered_for;
  for (Duration pause = first_pause;; pause = std::min<Duration>(pause * 2, longest_pause)) {
    const auto told = co_await fan_out_.deliver(refused.mapped());
    if (told) co_return;
    if (!told.error().retryable() || timers_.now() + pause > until) {
      log::warn("refusals were not told", {{log::Field::reason, told.error().detail}});
      co_return;
    }
    co_await timers_.sleep(pause);
  }
}

SendMessage::Sends SendMessage::read(const LaneBatch& batch) const {
  Sends sends;
  sends.reserve(batch.deliveries.size());
  for (const QueueDelivery& delivery : batch.deliveries) {
    auto record = protocol::decode_upstream(delivery.value);
    if (!record) {
      sends.push_back(unreadable(delivery, record.error()));
      continue;
    }
    Send send{.record = *std::move(record),
              .delivery = &delivery,
              .maybe_again = delivery.maybe_again,
              .trace = delivery.trace,
              .span = consume_span("logic", batch.lane, delivery)};
    if (send.span.recorded()) send.trace = send.span.context().traceparent();
    if (auto objected = objection(send.record)) {
      send.span.failed(objected->code);
      send.answer = *std::move(objected);
    }
    sends.push_back(std::move(send));
  }
  return sends;
}

SendMessage::Send SendMessage::unreadable(const QueueDelivery& delivery, Error cause) {
  Send send{.delivery = &delivery,
            .maybe_again = delivery.maybe_again,
            .answer = failed(ErrorCode::internal, cause.detail),
            .trace = delivery.trace};
  if (auto sender = protocol::sender_of(delivery.value)) send.record = *std::move(sender);
  send.given_up = std::move(cause);
  return send;
}

std::optional<Error> SendMessage::objection(const protocol::UpstreamRecord& record) const {
  if (record.conversation == world_id && !options_.world) {
    return refused(ErrorCode::not_found, "this conversation does not exist");
  }
  if (const auto id = check_client_msg_id(record.client_msg_id); !id) return id.error();
  if (const auto content = check_content(record.type, record.content); !content) {
    return content.error();
  }
  return std::nullopt;
}

std::vector<SendMessage::Hopeless> SendMessage::hopeless(const Sends& sends) {
  std::vector<Hopeless> records;
  for (const Send& send : sends) {
    if (send.given_up) records.push_back({*send.delivery, *send.given_up});
  }
  return records;
}

Task<Result<void>> SendMessage::lay_aside(std::vector<Hopeless> records, LaneId lane) {
  for (Hopeless& one : records) {
    const std::uint32_t tries = one.cause.code == ErrorCode::internal ? tries_of_a_send : 1;
    auto laid = co_await letters_.lay(lane, std::move(one.delivery), std::move(one.cause), tries);
    if (!laid) co_return laid;
  }
  co_return Result<void>{};
}

// "Not a member" would tell a stranger that the conversation exists.
Task<SendMessage::Sends> SendMessage::hide_from_strangers(Sends sends) {
  for (Send& send : sends) {
    const Error* refusal = send.refusal();
    if (!refusal || refusal->code != ErrorCode::not_a_member) continue;
    const auto group = group_of(send.record.conversation);
    if (group) {
      const auto row = co_await repo_.groups.member(*group, send.record.sender);
      if (row && *row) continue;
    }
    send.answer = refused(ErrorCode::not_found, "this conversation does not exist");
  }
  co_return sends;
}

// What is told a second time may have been recalled since the first.
Task<Result<SendMessage::Sends>> SendMessage::read_again(Sends sends) {
  for (Send& send : sends) {
    if (!send.is_told() || !send.stored()->duplicate) continue;
    auto row = co_await repo_.messages.message(send.stored()->id);
    if (!row) co_return row.error();
    send.message = *std::move(row);
    if (send.message.recalled) send.message.content.clear();
  }
  co_return sends;
}

Task<std::vector<Notice>> SendMessage::introducing(Message message) {
  const bool first = message.seq == Seq{1};
  if (!first || kind_of(message.conversation) != ConversationKind::single)
    co_return std::vector<Notice>{};
  auto head = co_await repo_.conversations.conversation(message.conversation);
  if (!head) co_return std::vector<Notice>{};
  auto notices = co_await introductions_.of_single(*std::move(head));
  if (!notices) co_return std::vector<Notice>{};
  co_return *std::move(notices);
}

void SendMessage::note_stored(const Send& send, const Stored& row) {
  if (!log::enabled(log::Level::debug)) return;
  log::debug(row.duplicate ? "stored before" : "stored",
             {{log::Field::trace_id, id_of(send.trace)},
              {log::Field::user_id, send.record.sender.number()},
              {log::Field::conversation_id, send.record.conversation.text()},
              {log::Field::message_id, row.id.number()},
              {log::Field::seq, static_cast<std::int64_t>(row.seq.number())}});
}

std::shared_ptr<trace::Span> SendMessage::span_of(Send& send, const Stored& row) {
  if (!send.span.recorded()) return nullptr;
  trace::Span& span = send.span;
  span.set(trace::Attribute::conversation_id, send.record.conversation.text());
  span.set(trace::Attribute::seq, static_cast<std::int64_t>(row.seq.number()));
  span.set(trace::Attribute::message_id, static_cast<std::int64_t>(row.id.number()));
  span.set(trace::Attribute::duplicate, std::int64_t{row.duplicate});
  return std::make_shared<trace::Span>(std::move(span));
}

Task<Result<std::vector<Outgoing>>> SendMessage::stored(Sends sends) {
  auto current = co_await read_again(std::move(sends));
  if (!current) co_return current.error();
  std::vector<UserId> senders;
  for (const Send& send : *current) {
    if (send.is_told()) senders.push_back(send.record.sender);
  }
  const auto people = co_await people_.of(std::move(senders));
  if (!people) co_return people.error();

  std::vector<Outgoing> outgoing;
  for (Send& send : *current) {
    const Stored* row = send.stored();
    if (!row) continue;
    if (!row->duplicate) {
      members_.learn(send.record.conversation, send.record.sender, row->members);
    }
    send.message.id = row->id;
    send.message.seq = row->seq;
    send.message.sent_at = row->sent_at;
    note_stored(send, *row);
    Outgoing item{send.record.origin,   receipt_for(send.record), {}, row->members, {},
                  std::move(send.trace)};
    item.span = span_of(send, *row);
    item.receipt->message_id = row->id;
    item.receipt->seq = row->seq;
    item.receipt->sent_at = row->sent_at;
    item.receipt->duplicate = row->duplicate;
    if (send.is_told()) {
      item.introducing = co_await introducing(send.message);
      const auto sender = people->find(send.record.sender);
      item.push.emplace(std::move(send.message),
                        sender == people->end() ? std::string{} : sender->second.name);
    }
    outgoing.push_back(std::move(item));
  }
  co_return outgoing;
}

std::vector<Outgoing> SendMessage::refusals(const Sends& sends) {
  std::vector<Outgoing> refused;
  for (const Send& send : sends) {
    const Error* refusal = send.refusal();
    if (!refusal || send.record.origin.gateway.empty()) continue;
    Outgoing item{send.record.origin, receipt_for(send.record), {}, {}, {}, send.trace};
    item.receipt->code = refusal->code;
    item.receipt->hint = refusal->hint;
    refused.push_back(std::move(item));
  }
  return refused;
}

}  // namespace gochat::logic
