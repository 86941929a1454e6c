#include "app/embedded.hpp"

#include <fmt/format.h>

#include "app/hooks.hpp"
#include "app/measures.hpp"
#include "protocol/dead_letter_topics.hpp"
#include "protocol/message_task.hpp"

namespace gochat::app {
namespace {

constexpr std::size_t writer_queue_max = 1'024;
constexpr std::size_t reader_queue_max = 4'096;
constexpr std::size_t sorter_queue_max = 16;
constexpr Duration task_wait_max = std::chrono::seconds{60};
// Two: a sort takes up to 150 ms, and a checkpoint's sync must not wait behind it.
constexpr std::size_t sorters = 2;

sqlite::StoreOptions store_options(const Config& config, const sqlite::HomeDirectory& directory,
                                   const sqlite::ChecksumVfs& vfs) {
  sqlite::StoreOptions options;
  options.path = directory.database();
  options.vfs = vfs.name();
  options.limits.queue_bytes_max = config.store.commit_bytes_max;
  options.limits.queue_age_max = std::chrono::milliseconds{config.store.commit_age_max_ms};
  options.limits.gather_max = std::chrono::microseconds{config.store.commit_wait_us};
  options.limits.merge_rows = config.store.merge_rows;
  options.limits.group_members_max = config.limits.group_members_max;
  return options;
}

memory::MemoryQueueLimits queue_limits(const Config& config) {
  memory::MemoryQueueLimits limits;
  limits.topic_bytes_max = config.queue.bytes_max;
  // Task may be late: nobody who sends waits for it.
  limits.wait_max_of[std::string{protocol::large_group_topic}] = task_wait_max;
  // Whoever is told by a hook may be away for long.
  for (const std::string& kind : message_tasks(config)) {
    limits.wait_max_of[protocol::task_topic_of(kind)] = Duration::max();
  }
  return limits;
}

// One process, one machine number, for as long as it lives.
MachineLease own_lease() {
  return {.machine = 0, .last_issued_floor = 0, .usable_until = Deadline::max()};
}

}  // namespace

Embedded::Embedded(const Ground& ground)
    : ground_{ground},
      writer_{1, writer_queue_max, "commit"},
      readers_{ground.config.store.readers, reader_queue_max, "read"},
      sorter_{sorters, sorter_queue_max, "sort"},
      memory_queue_{ground.loop.executor(), ground.loop.timers(), queue_limits(ground.config)},
      registry_{ground.loop.timers()},
      tickets_{ground.loop.timers()},
      limiter_{ground.loop.timers()},
      tries_{ground.loop.timers()},
      online_{ground.loop.timers()} {}

Task<Result<void>> Embedded::open() {
  sqlite::StoreRuntime runtime{
      writer_,       readers_,       sorter_,
      ground_.clock, ground_.random, [timers = &ground_.loop.timers()] { return timers->now(); }};
  auto store = sqlite::Store::open(store_options(ground_.config, ground_.directory, vfs_),
                                   std::move(runtime));
  if (!store) co_return store.error();
  store_ = std::move(*store);
  queue_ = std::make_unique<sqlite::LetterKeepingQueue>(memory_queue_, store_->dead_letters(),
                                                        std::string{protocol::dead_letter_suffix});
  ids_ = std::make_unique<memory::SnowflakeIds>(own_lease(), store_->last_id(), ground_.clock,
                                                ground_.loop.timers());
  ground_.health.add({"store takes writes", [this] { return store_->writable(); }});
  const Instance self{"gateway", ground_.config.server.instance, ground_.boot,
                      ground_.config.server.listen};
  co_return co_await directory_.announce(self);
}

Ports Embedded::ports() {
  sqlite::Store& store = *store_;
  return {
      .queue = *queue_,
      .dead_letters = store.dead_letters(),
      .registry = registry_,
      .directory = directory_,
      .tickets = tickets_,
      .tails = store.tails(),
      .ids = *ids_,
      .limiter = limiter_,
      .tries = tries_,
      .online = online_,
      .stores = repo::Stores{store.log(), store.messages(), store.conversations(), store.groups(),
                             store.users(), store.sessions(), store.relations(), store.keys(),
                             ground_.hasher, inboxes_, fmt::format("{:016x}", store.epoch())},
      .sweeping = &leader_};
}

void Embedded::name_measures(metrics::Registry& measures) {
  name_store(measures, *store_);
  name_queue(measures, memory_queue_);
  name_dead_letters(measures,
                    [this](const auto& topic) { return store_->dead_letters().kept(topic); });
  name_ids(measures, *ids_);
  name_pool(measures, "commit", writer_);
  name_pool(measures, "read", readers_);
  name_pool(measures, "sort", sorter_);
}

// There is nobody else.
Task<Result<void>> Embedded::serve(Served) { co_return Result<void>{}; }
Task<> Embedded::stop_serving() { co_return; }
void Embedded::apply(const Config&) {}

Task<> Embedded::close() {
  if (store_) store_->close();
  co_return;
}

}  // namespace gochat::app
