#include "adapters/kafka/consumer.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace gochat::kafka {
namespace {

// Tells librdkafka that somebody is there, even when nothing comes.
constexpr Duration look_every = std::chrono::seconds{1};
constexpr Duration close_look_every = std::chrono::milliseconds{10};

Result<ClientPtr> make_client(const KafkaOptions& options, const SubscribeTo& to) {
  const KafkaLimits& limits = options.limits;
  const bool observer = to.group.empty();
  Settings settings{options};
  // An observer joins none, but librdkafka wants a name.
  settings.set("group.id", options.group_prefix + (observer ? "observers" : to.group));
  settings.set("enable.auto.commit", "false").set("enable.auto.offset.store", "false");
  settings.set("auto.offset.reset", observer ? "latest" : "earliest");
  settings.set("partition.assignment.strategy", "cooperative-sticky");
  settings.set_ms("session.timeout.ms", limits.session_time_max);
  settings.set_ms("heartbeat.interval.ms", limits.heartbeat_every);
  settings.set_ms("max.poll.interval.ms", std::max(limits.stall_time_max, limits.session_time_max));
  settings.set("queued.min.messages", limits.ahead_records_max);
  settings.set("queued.max.messages.kbytes",
               std::max<std::size_t>(1, limits.ahead_bytes_max / 1024));
  settings.events(RD_KAFKA_EVENT_REBALANCE | RD_KAFKA_EVENT_OFFSET_COMMIT | RD_KAFKA_EVENT_ERROR |
                  RD_KAFKA_EVENT_FETCH);
  return settings.make(RD_KAFKA_CONSUMER);
}

bool holds(const rd_kafka_topic_partition_list_t& list, std::int32_t partition) {
  for (int n = 0; n < list.cnt; ++n) {
    if (list.elems[n].partition == partition) return true;
  }
  return false;
}

void complain(rd_kafka_error_t* refused, const char* what) {
  const ErrorPtr error{refused};
  if (!error) return;
  log::error(what, {{log::Field::component, "kafka"},
                    {log::Field::reason, rd_kafka_error_string(error.get())}});
}

}  // namespace

Result<std::shared_ptr<Consumer>> Consumer::open(Rooms rooms, SubscribeTo to, LaneHandler& handler,
                                                 TopicCounts& counts) {
  auto client = make_client(rooms.options, to);
  if (!client) return std::move(client).error();
  std::shared_ptr<Consumer> consumer{
      new Consumer{std::move(rooms), std::move(to), handler, counts, *std::move(client)}};
  consumer->rooms_.gate.spawn(watch(consumer));
  return consumer;
}

Consumer::Consumer(Rooms rooms, SubscribeTo to, LaneHandler& handler, TopicCounts& counts,
                   ClientPtr client)
    : rooms_{std::move(rooms)},
      to_{std::move(to)},
      handler_{handler},
      counts_{counts},
      client_{std::move(client)} {
  rd_kafka_poll_set_consumer(client_.get());
  queue_.reset(rd_kafka_queue_get_consumer(client_.get()));
  bell_ = std::make_unique<Bell>(queue_.get(), rooms_.executor, [this] { serve(); });
}

Consumer::~Consumer() { abandon(); }

Result<void> Consumer::join() {
  const PartitionsPtr topics{rd_kafka_topic_partition_list_new(1)};
  rd_kafka_topic_partition_list_add(topics.get(), name().c_str(), RD_KAFKA_PARTITION_UA);
  const auto error = rd_kafka_subscribe(client_.get(), topics.get());
  if (error) return away(rooms_.options, "subscribing to topic " + name(), error);
  return {};
}

Result<void> Consumer::observe(std::vector<std::int64_t> from) {
  const PartitionsPtr lanes{rd_kafka_topic_partition_list_new(static_cast<int>(from.size()))};
  for (std::size_t n = 0; n < from.size(); ++n) {
    const auto partition = static_cast<std::int32_t>(n);
    rd_kafka_topic_partition_list_add(lanes.get(), name().c_str(), partition)->offset = from[n];
    add_lane(partition);
  }
  const auto error = rd_kafka_assign(client_.get(), lanes.get());
  if (error) return away(rooms_.options, "reading topic " + name(), error);
  start_lanes();
  return {};
}

// One look a second: a loop that makes none for stall_time_max loses its lanes to others.
Task<> Consumer::watch(std::shared_ptr<Consumer> self) {
  while (!self->gone_) {
    self->serve();
    co_await self->look_.wait(self->rooms_.timers, look_every);
  }
}

void Consumer::serve() {
  while (queue_) {
    const EventPtr event{rd_kafka_queue_poll(queue_.get(), 0)};
    if (!event) return;
    serve(event.get());
  }
}

void Consumer::serve(rd_kafka_event_t* event) {
  switch (rd_kafka_event_type(event)) {
    case RD_KAFKA_EVENT_REBALANCE:
      return rebalanced(event);
    case RD_KAFKA_EVENT_OFFSET_COMMIT:
      return commit_answered(event);
    case RD_KAFKA_EVENT_ERROR:
      log::warn("a consumer of Kafka reports",
                {{log::Field::topic, to_.topic},
                 {log::Field::reason, rd_kafka_event_error_string(event)}});
      return;
    default:
      return;
  }
}

void Consumer::rebalanced(rd_kafka_event_t* event) {
  ++rebalances_;
  auto* list = rd_kafka_event_topic_partition_list(event);
  const auto kind = rd_kafka_event_error(event);
  log::info(
      kind == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS ? "lanes are ours" : "lanes are asked back",
      {{log::Field::topic, to_.topic}, {log::Field::count, list ? list->cnt : 0}});
  if (kind == RD_KAFKA_RESP_ERR__ASSIGN_PARTITIONS) {
    for (int n = 0; !stopping_ && n < list->cnt; ++n) add_lane(list->elems[n].partition);
    complain(rd_kafka_incremental_assign(client_.get(), list), "lanes could not be assigned");
    start_lanes();
    return;
  }
  if (kind != RD_KAFKA_RESP_ERR__REVOKE_PARTITIONS) {
    rd_kafka_assign(client_.get(), nullptr);
    return;
  }
  const bool lost = rd_kafka_assignment_lost(client_.get()) != 0;
  asked_back_.reset(rd_kafka_topic_partition_list_copy(list));
  // Leaving may end a lane at once, and so change lanes_.
  const auto lanes = lanes_;
  for (const auto& lane : lanes) {
    if (holds(*list, lane->id().partition)) lane->leave(lost);
  }
  unassign_when_free();
}

void Consumer::unassign_when_free() {
  if (!asked_back_) return;
  const auto held = [this](const auto& lane) { return holds(*asked_back_, lane->id().partition); };
  if (std::ranges::any_of(lanes_, held)) return;
  const PartitionsPtr list = std::move(asked_back_);
  complain(rd_kafka_incremental_unassign(client_.get(), list.get()),
           "lanes could not be given back");
}

void Consumer::commit_answered(rd_kafka_event_t* event) {
  const auto* list = rd_kafka_event_topic_partition_list(event);
  const auto error = rd_kafka_event_error(event);
  for (int n = 0; list && n < list->cnt; ++n) {
    const auto& offset = list->elems[n];
    for (const auto& lane : lanes_) {
      if (lane->id().partition != offset.partition) continue;
      lane->committed(offset.offset, error ? error : offset.err);
    }
  }
}

void Consumer::add_lane(std::int32_t partition) {
  const bool observer = to_.group.empty();
  Lane::Rooms rooms{client_,        rooms_.executor,       rooms_.timers,
                    rooms_.workers, rooms_.options,        handler_,
                    counts_,        to_.batch_records_max, observer};
  auto lane = std::make_shared<Lane>(std::move(rooms), LaneId{to_.topic, partition}, name());
  lanes_.push_back(lane);
  starting_.push_back(std::move(lane));
}

void Consumer::start_lanes() {
  for (auto& lane : std::exchange(starting_, {})) {
    auto ended = [weak = weak_from_this()](Lane& one) {
      if (const auto self = weak.lock()) self->lane_ended(one);
    };
    rooms_.gate.spawn(Lane::run(std::move(lane), std::move(ended)));
  }
}

void Consumer::lane_ended(const Lane& lane) {
  std::erase_if(lanes_, [&](const auto& one) { return one.get() == &lane; });
  unassign_when_free();
  if (lanes_.empty()) ended_.notify();
}

Task<> Consumer::stop(std::shared_ptr<Consumer> self) {
  if (std::exchange(self->stopping_, true)) co_return;
  const auto lanes = self->lanes_;
  for (const auto& lane : lanes) lane->leave(false);
  while (!self->lanes_.empty()) co_await self->ended_.wait();
  if (!self->to_.group.empty()) co_await self->close_group();
  if (self->gone_) co_return;
  self->gone_ = true;
  self->look_.notify();
  self->bell_.reset();
  self->queue_.reset();
  auto client = std::move(self->client_);
  // Ended now it would end us: it goes with the process, and its session by itself.
  if (self->is_joining()) leave_to_the_process(client);
  // A full pool lets it end here and now.
  (void)co_await run_on(self->rooms_.workers, [client = std::move(client)]() mutable {
    client.reset();
    return Result<void>{};
  });
}

// librdkafka before 2.3 ends the process when a member goes between its joining and its first
// assignment: its assignor has no state yet, and takes that for a bug.
Task<> Consumer::first_assignment() {
  const MonoTime until = rooms_.timers.now() + rooms_.options.limits.stop_time_max;
  while (!gone_ && is_joining() && rooms_.timers.now() < until) {
    serve();
    co_await rooms_.timers.sleep(close_look_every);
  }
}

// Leaves the group in so many words, so that the others need not wait for a session to end.
Task<> Consumer::close_group() {
  if (gone_) co_return;
  co_await first_assignment();
  if (gone_ || is_joining()) co_return;
  complain(rd_kafka_consumer_close_queue(client_.get(), queue_.get()), "a group cannot be left");
  const MonoTime until = rooms_.timers.now() + rooms_.options.limits.stop_time_max;
  while (!gone_ && rd_kafka_consumer_closed(client_.get()) == 0 && rooms_.timers.now() < until) {
    serve();
    co_await rooms_.timers.sleep(close_look_every);
  }
}

void Consumer::abandon() {
  if (std::exchange(gone_, true)) return;
  stopping_ = true;
  bell_.reset();
  for (const auto& lane : std::exchange(lanes_, {})) lane->abandon();
  starting_.clear();
  queue_.reset();
  asked_back_.reset();
  auto client = std::make_shared<ClientPtr>(std::move(client_));
  (void)rooms_.workers.post([client] { client->reset(); });
  look_.abandon();
  ended_.abandon();
}

std::uint64_t Consumer::lag() const {
  std::uint64_t sum = 0;
  for (const auto& lane : lanes_) sum += lane->lag();
  return sum;
}

}  // namespace gochat::kafka
