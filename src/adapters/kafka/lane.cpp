#include "adapters/kafka/lane.hpp"

#include <algorithm>
#include <array>
#include <utility>

#include "adapters/kafka/topic_admin.hpp"
#include "base/log.hpp"

namespace gochat::kafka {
namespace {

constexpr const char* trace_header = "traceparent";
constexpr std::size_t pull_max = 256;

std::string text(const void* bytes, std::size_t size) {
  return bytes ? std::string{static_cast<const char*>(bytes), size} : std::string{};
}

std::string trace_of(const rd_kafka_message_t& message) {
  rd_kafka_headers_t* headers = nullptr;
  const void* value = nullptr;
  std::size_t size = 0;
  if (rd_kafka_message_headers(&message, &headers)) return {};
  if (rd_kafka_header_get_last(headers, trace_header, &value, &size)) return {};
  return text(value, size);
}

std::size_t bytes_of(const rd_kafka_message_t& message) { return message.len + message.key_len; }

// The group goes on without this member: another owner may have the lane.
bool is_expelled(rd_kafka_resp_err_t error) {
  return error == RD_KAFKA_RESP_ERR_UNKNOWN_MEMBER_ID ||
         error == RD_KAFKA_RESP_ERR_FENCED_INSTANCE_ID ||
         error == RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST || error == RD_KAFKA_RESP_ERR__FATAL;
}

}  // namespace

Lane::Lane(Rooms rooms, LaneId id, std::string name)
    : rooms_{std::move(rooms)},
      id_{std::move(id)},
      name_{std::move(name)},
      queue_{rd_kafka_queue_get_partition(rooms_.client.get(), name_.c_str(), id_.partition)},
      retry_in_{rooms_.options.limits.retry_first} {
  rd_kafka_queue_forward(queue_.get(), nullptr);
  bell_ = std::make_unique<Bell>(queue_.get(), rooms_.executor, [this] { wake_.notify(); });
}

Lane::~Lane() { let_go(); }

void Lane::let_go() {
  bell_.reset();
  ahead_.clear();
  taken_.clear();
  queue_.reset();
  rooms_.client.reset();
}

void Lane::leave(bool lost) {
  if (!leaving_) left_at_ = rooms_.timers.now();
  leaving_ = true;
  lost_ = lost_ || lost;
  wake_.notify();
}

void Lane::abandon() {
  const auto self = shared_from_this();
  abandoned_ = leaving_ = lost_ = true;
  let_go();
  wake_.abandon();
}

std::uint64_t Lane::lag() const {
  if (!rooms_.client || done_ < 0) return 0;
  std::int64_t low = 0;
  std::int64_t high = 0;
  const auto error = rd_kafka_get_watermark_offsets(rooms_.client.get(), name_.c_str(),
                                                    id_.partition, &low, &high);
  return error || high <= done_ ? 0 : static_cast<std::uint64_t>(high - done_);
}

Task<> Lane::run(std::shared_ptr<Lane> self, std::function<void(Lane&)> ended) {
  const bool ours = co_await self->take_over();
  while (!self->leaving_) {
    if (self->again_ || self->fill_batch()) {
      co_await self->give();
    } else {
      co_await self->wake_.wait();
    }
  }
  if (self->abandoned_) co_return;
  if (ours) self->rooms_.handler.revoked(self->id_);
  self->let_go();
  ended(*self);
}

// True when the handler was told that the lane is ours. The end is read after that: what a former
// owner could still do is over by then, and everything below may have been handled.
Task<bool> Lane::take_over() {
  for (;;) {
    if (leaving_) co_return false;
    const auto assigned = co_await rooms_.handler.assigned(id_);
    if (abandoned_) co_return false;
    if (assigned) break;
    log::warn("a lane could not be taken over", {{log::Field::topic, id_.topic},
                                                 {log::Field::partition, id_.partition},
                                                 {log::Field::reason, assigned.error().detail}});
    if (!leaving_) co_await back_off();
  }
  while (!rooms_.observer && !leaving_) {
    const auto end = co_await read_end();
    if (abandoned_) co_return true;
    if (end) {
      end_ = *end;
      break;
    }
    log::warn("the end of a lane could not be read", {{log::Field::topic, id_.topic},
                                                      {log::Field::partition, id_.partition},
                                                      {log::Field::reason, end.error().detail}});
    if (!leaving_) co_await back_off();
  }
  retry_in_ = rooms_.options.limits.retry_first;
  co_return true;
}

Task<Result<std::int64_t>> Lane::read_end() {
  const Duration time = rooms_.options.limits.call_time_max;
  co_return co_await run_on(rooms_.workers,
                            [admin = TopicAdmin{rooms_.options, rooms_.client}, name = name_,
                             lane = id_.partition, time] { return admin.end(name, lane, time); });
}

bool Lane::fill_batch() {
  std::size_t bytes = 0;
  while (taken_.size() < rooms_.batch_records_max) {
    if (ahead_.empty() && !pull()) break;
    bytes += bytes_of(*ahead_.front());
    if (!taken_.empty() && bytes > rooms_.options.limits.batch_bytes_max) break;
    taken_.push_back(std::move(ahead_.front()));
    ahead_.pop_front();
  }
  if (taken_.empty()) return false;
  if (done_ < 0) done_ = taken_.front()->offset;
  return true;
}

bool Lane::pull() {
  std::array<rd_kafka_message_t*, pull_max> pulled{};
  const auto count = rd_kafka_consume_batch_queue(queue_.get(), 0, pulled.data(), pulled.size());
  for (std::int64_t n = 0; n < count; ++n) {
    MessagePtr message{pulled[static_cast<std::size_t>(n)]};
    if (!message->err) {
      ahead_.push_back(std::move(message));
      continue;
    }
    log::warn("a lane's records cannot be fetched",
              {{log::Field::topic, id_.topic},
               {log::Field::partition, id_.partition},
               {log::Field::reason, rd_kafka_message_errstr(message.get())}});
  }
  return !ahead_.empty();
}

LaneBatch Lane::batch() const {
  LaneBatch batch{id_, {}};
  batch.deliveries.reserve(taken_.size());
  for (const MessagePtr& message : taken_) {
    batch.deliveries.push_back({text(message->key, message->key_len),
                                text(message->payload, message->len), trace_of(*message),
                                static_cast<std::uint64_t>(message->offset),
                                again_ || message->offset < end_});
  }
  return batch;
}

Task<> Lane::give() {
  const MonoTime begun = rooms_.timers.now();
  const auto handled = co_await rooms_.handler.take(batch());
  if (abandoned_) co_return;
  rooms_.counts.times->handle_seconds.observe(rooms_.timers.now() - begun);
  if (!handled) {
    again_ = true;
    rooms_.counts.retries.add();
    log::warn("a batch is given again", {{log::Field::topic, id_.topic},
                                         {log::Field::partition, id_.partition},
                                         {log::Field::offset, taken_.front()->offset},
                                         {log::Field::count, std::ssize(taken_)},
                                         {log::Field::reason, handled.error().detail}});
    if (!leaving_) co_await back_off();
    if (handled.code() == ErrorCode::fenced) co_await confirm();
    co_return;
  }
  log::debug("a batch was handled",
             {{log::Field::topic, id_.topic},
              {log::Field::partition, id_.partition},
              {log::Field::offset, taken_.front()->offset},
              {log::Field::count, std::ssize(taken_)},
              {log::Field::ms, (rooms_.timers.now() - begun) / std::chrono::milliseconds{1}}});
  rooms_.counts.consumed.add(taken_.size());
  again_ = false;
  retry_in_ = rooms_.options.limits.retry_first;
  const std::int64_t end = taken_.back()->offset + 1;
  taken_.clear();
  if (!co_await commit(end) || abandoned_) co_return;
  done_ = end;
  co_await rooms_.handler.committed(id_);
}

// Somebody has raised this lane's fence: a new owner, or a call of ours that was carried out late.
// The broker knows which, for it takes commits from the present owner only. Committed is what was
// done before, so that nothing moves.
Task<> Lane::confirm() {
  if (rooms_.observer || leaving_) co_return;
  if (!co_await commit(taken_.front()->offset) || leaving_) co_return;
  log::warn("a lane of ours was fenced, and is taken over again",
            {{log::Field::topic, id_.topic}, {log::Field::partition, id_.partition}});
  co_await take_over();
}

// Asked until it is done: the work behind it is durable, and the next batch would only be another
// promise. Not for longer than a lane that leaves may take, and not for a lane that is lost.
Task<bool> Lane::commit(std::int64_t offset) {
  if (rooms_.observer) co_return true;
  while (!lost_) {
    auto error = start_commit(offset);
    if (!error) error = co_await commit_answer();
    if (!error) {
      retry_in_ = rooms_.options.limits.retry_first;
      co_return true;
    }
    if (abandoned_) co_return false;
    rooms_.counts.commit_failures.add();
    log::warn("an offset could not be committed", {{log::Field::topic, id_.topic},
                                                   {log::Field::partition, id_.partition},
                                                   {log::Field::offset, offset},
                                                   {log::Field::reason, words(error)}});
    if (is_expelled(error)) leave(true);
    if (leaving_ && rooms_.timers.now() - left_at_ >= rooms_.options.limits.stop_time_max) break;
    if (!lost_) co_await back_off();
  }
  co_return false;
}

rd_kafka_resp_err_t Lane::start_commit(std::int64_t offset) {
  const PartitionsPtr offsets{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(offsets.get(), name_.c_str(), id_.partition)->offset = offset;
  const QueuePtr answers{rd_kafka_queue_get_consumer(rooms_.client.get())};
  commit_answer_.reset();
  committing_ = offset;
  return rd_kafka_commit_queue(rooms_.client.get(), offsets.get(), answers.get(), nullptr, nullptr);
}

void Lane::committed(std::int64_t offset, rd_kafka_resp_err_t error) {
  if (offset != std::exchange(committing_, -1)) return;
  commit_answer_ = error;
  wake_.notify();
}

Task<rd_kafka_resp_err_t> Lane::commit_answer() {
  while (!commit_answer_ && !lost_) {
    if (!leaving_) {
      co_await wake_.wait();
      continue;
    }
    const auto left = left_at_ + rooms_.options.limits.stop_time_max - rooms_.timers.now();
    if (left <= Duration{}) co_return RD_KAFKA_RESP_ERR__TIMED_OUT;
    co_await wake_.wait(rooms_.timers, left);
  }
  co_return commit_answer_.value_or(RD_KAFKA_RESP_ERR__ASSIGNMENT_LOST);
}

Task<> Lane::back_off() {
  const MonoTime until = rooms_.timers.now() + retry_in_;
  retry_in_ = std::min(retry_in_ * 2, rooms_.options.limits.retry_max);
  const bool leaving = leaving_;
  while (leaving == leaving_ && rooms_.timers.now() < until) {
    co_await wake_.wait(rooms_.timers, until - rooms_.timers.now());
  }
}

}  // namespace gochat::kafka
