#include "logic/send_message.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/fault.hpp"
#include "base/log.hpp"
#include "base/trace_id.hpp"
#include "ports/queue_spans.hpp"
#include "protocol/unreadable_send.hpp"

namespace gochat::logic {

namespace {

// Between two offers of refusals to a queue that is full.
constexpr Duration first_pause = std::chrono::milliseconds{50};
constexpr Duration longest_pause = std::chrono::seconds{1};
// One with the rest of its batch, and one alone.
constexpr std::uint32_t tries_of_a_send = 2;

std::string lane_name(const LaneId& lane) {
  return lane.topic + '/' + std::to_string(lane.partition);
}

protocol::Receipt receipt_for(const protocol::UpstreamRecord& record) {
  protocol::Receipt receipt;
  receipt.connection = record.origin.connection;
  receipt.request_id = record.origin.request_id;
  receipt.client_msg_id = record.client_msg_id;
  receipt.conversation = record.conversation;
  receipt.taken_ns = record.origin.taken_ns;
  return receipt;
}

// On whose behalf a batch asks others: the first span's that is recorded.
template <class Many, class SpanOf>
trace::Context first_recorded(const Many& many, SpanOf span_of) {
  for (const auto& one : many) {
    const trace::Span& span = std::invoke(span_of, one);
    if (span.recorded()) return span.context();
  }
  return {};
}

std::string id_of(const std::string& trace) {
  return TraceId::of_traceparent(trace).value_or(TraceId{}).text();
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

Message SendMessage::draft(const protocol::UpstreamRecord& record, WallTime now) {
  Message message;
  message.id = MessageId{ids_.next()};
  message.conversation = record.conversation;
  message.sender = record.sender;
  message.client_msg_id = record.client_msg_id;
  message.content_hash =
      content_hash(record.conversation, record.type, record.content, record.reply_to);
  message.type = record.type;
  message.content = record.content;
  message.reply_to = record.reply_to;
  message.sent_at = now;
  return message;
}

LogItem SendMessage::judged(const Send& send, WallTime now) {
  trace::Span span = trace::start("judge", trace::Kind::internal, send.span.context());
  const auto verdict = members_.judge(send.record.conversation, send.record.sender, now);
  const auto* sender = people_.peek(send.record.sender);
  const bool doubt = verdict.doubt || !sender || !sender->active;
  span.set(trace::Attribute::doubt, std::int64_t{doubt});
  return MessageDraft{send.message, verdict.judged_by, doubt};
}

SendMessage::Spans SendMessage::append_spans(const Sends& sends,
                                             const std::vector<std::size_t>& places) {
  Spans spans;
  const auto recorded = [&](std::size_t place) { return sends[place].span.recorded(); };
  if (std::ranges::none_of(places, recorded)) return spans;
  trace::Context first;
  for (const std::size_t place : places) {
    spans.push_back(trace::start("append", trace::Kind::internal, sends[place].span.context()));
    if (!spans.back().recorded()) continue;
    if (first) {
      spans.back().link(first);
    } else {
      first = spans.back().context();
    }
  }
  return spans;
}

Task<Result<std::vector<LogAnswer>>> SendMessage::save(std::vector<LogItem> items, LaneId lane,
                                                       Spans spans) {
  const trace::Context recorded = first_recorded(spans, std::identity{});
  const trace::Scope scope{recorded ? recorded : trace::current()};
  const auto fence = fences_.find(lane_name(lane));
  if (fence == fences_.end()) {
    co_return failed(ErrorCode::fenced, "a batch of a lane that is not ours");
  }
  LogBatch batch{std::move(items), LaneFence{lane.topic, lane.partition, fence->second}};
  const auto deadline = timers_.now() + options_.append_deadline;
  auto answers = co_await repo_.messages.save(std::move(batch), deadline);
  // Another owner raised the fence: nothing of this lane is ours until it is assigned again.
  if (answers.code() == ErrorCode::fenced) fences_.erase(lane_name(lane));
  for (std::size_t n = 0; n < spans.size(); ++n) {
    const auto* refusal = answers ? std::get_if<Error>(&(*answers)[n]) : &answers.error();
    if (refusal) spans[n].failed(refusal->code);
  }
  co_return answers;
}

Task<Result<SendMessage::Sends>> SendMessage::append(Sends sends, LaneId lane) {
  const auto now = clock_.now();
  std::vector<LogItem> items;
  std::vector<std::size_t> places;
  for (std::size_t n = 0; n < sends.size(); ++n) {
    if (sends[n].answer) continue;
    sends[n].message = draft(sends[n].record, now);
    items.push_back(judged(sends[n], now));
    places.push_back(n);
  }
  if (items.empty()) co_return sends;
  auto answers = co_await save(std::move(items), lane, append_spans(sends, places));
  if (answers.code() == ErrorCode::internal) {
    co_return co_await append_one_by_one(std::move(sends), std::move(lane));
  }
  if (!answers && !may_refuse(sends, answers.error())) co_return answers.error();
  for (std::size_t n = 0; n < places.size(); ++n) {
    LogAnswer answer = answers ? std::move((*answers)[n]) : LogAnswer{answers.error()};
    const Error* refusal = std::get_if<Error>(&answer);
    // Of one item alone: what the others got they get again, when the batch comes again.
    if (answers && refusal && refusal->code == ErrorCode::unavailable &&
        !may_refuse(sends, *refusal)) {
      co_return *refusal;
    }
    if (answers && refusal && refusal->code == ErrorCode::internal) {
      give_up(sends[places[n]], *refusal);
    } else {
      sends[places[n]].answer = std::move(answer);
    }
  }
  co_return sends;
}

void SendMessage::give_up(Send& send, const Error& cause) {
  log::error("the log cannot take a send",
             {{log::Field::trace_id, id_of(send.trace)},
              {log::Field::conversation_id, send.record.conversation.text()},
              {log::Field::user_id, send.record.sender.number()},
              {log::Field::reason, cause.detail}});
  send.answer = cause;
  send.given_up = cause;
}

// Of a record that comes again an earlier try may have been stored and not been told.
bool SendMessage::may_refuse(const Sends& sends, const Error& error) const {
  return error.code == ErrorCode::unavailable && !options_.queue_is_durable &&
         std::ranges::none_of(sends, &Send::maybe_again);
}

Task<Result<SendMessage::Sends>> SendMessage::append_one_by_one(Sends sends, LaneId lane) {
  for (std::size_t n = 0; n < sends.size(); ++n) {
    Send& send = sends[n];
    if (send.answer) continue;
    std::vector<LogItem> one{judged(send, send.message.sent_at)};
    auto answers = co_await save(std::move(one), lane, append_spans(sends, {n}));
    if (answers) {
      send.answer = std::move(answers->front());
      continue;
    }
    if (answers.code() != ErrorCode::internal) co_return answers.error();
    give_up(send, answers.error());
  }
  co_return sends;
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
