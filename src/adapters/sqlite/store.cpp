#include "adapters/sqlite/store.hpp"

#include <optional>

#include "adapters/sqlite/answer_keys.hpp"
#include "adapters/sqlite/checkpointer.hpp"
#include "adapters/sqlite/committer.hpp"
#include "adapters/sqlite/conversation_log.hpp"
#include "adapters/sqlite/conversation_reader.hpp"
#include "adapters/sqlite/conversation_rows.hpp"
#include "adapters/sqlite/group_reader.hpp"
#include "adapters/sqlite/message_reader.hpp"
#include "adapters/sqlite/migrations.hpp"
#include "adapters/sqlite/people.hpp"
#include "adapters/sqlite/relations.hpp"
#include "adapters/sqlite/sessions.hpp"
#include "adapters/sqlite/start.hpp"
#include "adapters/sqlite/tails.hpp"
#include "adapters/sqlite/wal_scan.hpp"
#include "base/log.hpp"

namespace gochat::sqlite {
namespace {

Merge::Limits merge_limits(const StoreLimits& limits) {
  return {limits.merge_rows, limits.slice_rows_min, limits.slice_rows_max};
}

CommitQueue::Limits queue_limits(const StoreLimits& limits) {
  return {limits.queue_bytes_max, limits.queue_age_max, limits.gather_items, limits.gather_max,
          limits.batch_items_max};
}

// What refuses the file itself says what to do about it; a page or a statement that fails cannot.
Error with_remedy(Error error) {
  if (error.hint.empty() && error.code == ErrorCode::internal) {
    error.hint = "keep the folder for inspection, and restore a backup into a new one";
  }
  return error;
}

}  // namespace

// In the order in which they come up; the queue is the first to go down, so that nothing that it
// commits with is gone.
struct Store::Parts {
  Parts(StoreOptions options_given, StoreRuntime runtime_given, Connection connection)
      : options{std::move(options_given)},
        runtime{std::move(runtime_given)},
        writer{std::move(connection)},
        recent{{options.limits.merge_rows, options.limits.hot_bytes_max, options.limits.heads_max}},
        merge{writer, recent, dedup, runtime.sorter, merge_limits(options.limits)},
        readers{
            runtime.readers,
            options.path,
            {.vfs = options.vfs, .read_only = true, .cache_kib = options.limits.reader_cache_kib}} {
  }

  Result<void> start();
  void stop();
  void make_ports();
  void checkpoint();

  const StoreOptions options;
  const StoreRuntime runtime;
  Connection writer;
  Identity identity;
  std::int64_t last_id = 0;
  Recent recent;
  DedupTables dedup;
  Merge merge;
  ReaderPool readers;
  std::unique_ptr<Checkpointer> checkpointer;
  bool checkpoint_fails = false;
  std::optional<Committer> committer;
  std::optional<CommitQueue> queue;

  std::optional<SqliteConversationLog> conversation_log;
  std::optional<SqliteMessageStore> messages;
  std::optional<SqliteConversationStore> conversations;
  std::optional<SqliteGroupStore> groups;
  std::optional<SqliteUserStore> users;
  std::optional<SqliteSessionStore> sessions;
  std::optional<SqliteRelationStore> relations;
  std::optional<SqliteIdempotencyStore> keys;
  std::optional<SqliteTailStore> tails;
  std::optional<SqliteDeadLetters> dead_letters;
};

Result<void> Store::Parts::start() {
  const WallTime now = runtime.clock.now();
  if (auto done = migrate(writer, schema_steps(), now); !done) return done;
  auto known = identify(writer, options.environment, runtime.random);
  if (!known) return std::move(known).error();
  identity = *known;
  if (auto made = ensure_world(writer, now); !made) return made;
  if (auto loaded = dedup.load(writer); !loaded) return loaded;
  if (auto loaded = merge.load(); !loaded) return loaded;
  auto ends = recover(writer, identity, recent);
  if (!ends) return std::move(ends).error();
  auto highest = highest_id(writer);
  if (!highest) return std::move(highest).error();
  last_id = *highest;
  const BatchGround ground{writer,
                           recent,
                           dedup,
                           identity.sip_key,
                           options.limits.group_members_max,
                           options.limits.groups_per_user_max};
  auto opened = Checkpointer::open(
      options.path, {.vfs = options.vfs}, writer, runtime.sorter,
      {.log_frames = options.limits.log_frames, .piece_frames = options.limits.checkpoint_frames});
  if (!opened) return std::move(opened).error();
  checkpointer = std::move(*opened);
  committer.emplace(ground, recent, merge, *ends,
                    Committer::Calls{[this] { checkpoint(); }, runtime.now});
  queue.emplace(runtime.writer, queue_limits(options.limits), runtime.now,
                [this](Writes writes) { committer->commit(std::move(writes)); });
  make_ports();
  return {};
}

void Store::Parts::make_ports() {
  conversation_log.emplace(*queue, runtime.now);
  messages.emplace(recent, dedup, readers, identity.sip_key);
  conversations.emplace(recent, readers);
  groups.emplace(recent, readers, options.limits.member_lists_max);
  users.emplace(*queue, readers);
  sessions.emplace(*queue, readers);
  relations.emplace(*queue, readers);
  keys.emplace(*queue);
  tails.emplace(*queue);
  dead_letters.emplace(*queue, readers, runtime.clock);
}

// Nothing is lost when it fails, the log only grows: it is said once and tried again.
void Store::Parts::checkpoint() {
  auto done = checkpointer->after_commit();
  if (!done && !checkpoint_fails) {
    log::warn("the write-ahead log cannot be moved into the database",
              {{log::Field::component, "store"}, {log::Field::reason, done.error().detail}});
  }
  checkpoint_fails = !done;
}

// Readers first: the writer's connection, as the last one, moves the log into the database.
void Store::Parts::stop() {
  if (queue) queue->close();
  checkpointer.reset();
  readers.close();
}

Result<std::unique_ptr<Store>> Store::open(StoreOptions options, StoreRuntime runtime) {
  auto log_state = prepare_wal(options.path);
  if (!log_state) return std::move(log_state).error();
  auto writer = Connection::open(
      options.path, {.vfs = options.vfs, .cache_kib = options.limits.writer_cache_kib});
  if (!writer) return with_remedy(std::move(writer).error());
  auto parts = std::make_unique<Parts>(std::move(options), std::move(runtime), std::move(*writer));
  if (auto started = parts->start(); !started) return with_remedy(std::move(started).error());
  return std::unique_ptr<Store>{new Store{std::move(parts)}};
}

Store::Store(std::unique_ptr<Parts> parts) : parts_{std::move(parts)} {}
Store::~Store() { close(); }
void Store::close() { parts_->stop(); }

ConversationLog& Store::log() { return *parts_->conversation_log; }
MessageStore& Store::messages() { return *parts_->messages; }
ConversationStore& Store::conversations() { return *parts_->conversations; }
GroupStore& Store::groups() { return *parts_->groups; }
UserStore& Store::users() { return *parts_->users; }
SessionStore& Store::sessions() { return *parts_->sessions; }
RelationStore& Store::relations() { return *parts_->relations; }
IdempotencyStore& Store::keys() { return *parts_->keys; }
TailStore& Store::tails() { return *parts_->tails; }
SqliteDeadLetters& Store::dead_letters() { return *parts_->dead_letters; }
std::uint64_t Store::epoch() const { return parts_->identity.epoch; }
std::int64_t Store::last_id() const { return parts_->last_id; }
bool Store::writable() const { return parts_->committer->writable(); }
const StoreCounts& Store::counts() const { return parts_->committer->counts(); }

StoreFigures Store::figures() const {
  const CommitQueue::Figures queue = parts_->queue->figures();
  const Checkpointer* log = parts_->checkpointer.get();
  return {.queue_bytes = queue.bytes,
          .queue_items = queue.items,
          .queue_age = queue.age,
          .refused = queue.refused,
          .log_frames = log ? log->log_frames() : 0,
          .checkpoints = log ? log->completed() : 0,
          .unmerged_rows = parts_->recent.filling_rows(),
          .writable = writable()};
}

}  // namespace gochat::sqlite
