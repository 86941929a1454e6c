// How a batch of sends gets into the log.
#include <algorithm>
#include <functional>
#include <utility>

#include "base/log.hpp"
#include "logic/send_message.hpp"
#include "logic/send_parts.hpp"

namespace gochat::logic {

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
    if (auto waits = settle(sends, places[n], std::move(answer))) co_return *std::move(waits);
  }
  co_return sends;
}

// What the log says of one send. An error: the batch has to come again, in which what others got
// they get again.
std::optional<Error> SendMessage::settle(Sends& sends, std::size_t place, LogAnswer answer) const {
  if (const auto* refusal = std::get_if<Error>(&answer)) {
    if (refusal->code == ErrorCode::unavailable && !may_refuse(sends, *refusal)) return *refusal;
    if (refusal->code == ErrorCode::internal) {
      give_up(sends[place], *refusal);
      return std::nullopt;
    }
  }
  sends[place].answer = std::move(answer);
  return std::nullopt;
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
    if (!answers && answers.code() != ErrorCode::internal) co_return answers.error();
    LogAnswer answer = answers ? std::move(answers->front()) : LogAnswer{answers.error()};
    if (auto waits = settle(sends, n, std::move(answer))) co_return *std::move(waits);
  }
  co_return sends;
}

}  // namespace gochat::logic
