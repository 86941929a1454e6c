// The embedded database: every store port of one process over one SQLite file. One thread writes,
// a pool reads, and what has queued for the writer becomes one transaction and one sync.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>

#include "adapters/sqlite/dead_letters.hpp"
#include "adapters/sqlite/store_figures.hpp"
#include "async/executor.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"
#include "domain/limits.hpp"
#include "ports/clock.hpp"
#include "ports/conversation_log.hpp"
#include "ports/conversation_store.hpp"
#include "ports/group_store.hpp"
#include "ports/idempotency_store.hpp"
#include "ports/message_store.hpp"
#include "ports/random.hpp"
#include "ports/relation_store.hpp"
#include "ports/session_store.hpp"
#include "ports/tail_store.hpp"
#include "ports/user_store.hpp"

namespace gochat::sqlite {

struct StoreLimits {
  // Back-pressure: above either, a write is answered `overloaded` at once and nothing is queued.
  std::size_t queue_bytes_max = 16 * 1024 * 1024;
  Duration queue_age_max = std::chrono::milliseconds{250};
  // With fewer items queued than this the writer waits that long for more: one sync then serves
  // several. Zero where the executors run inline.
  std::size_t gather_items = 64;
  Duration gather_max = std::chrono::microseconds{300};
  // What one transaction takes at most; the rest waits for the next.
  std::size_t batch_items_max = 4096;
  // Rows that memory indexes before they are merged into the sorted tables; twice as many at most.
  std::size_t merge_rows = 256 * 1024;
  // Row operations of one merge slice, at least and at most.
  std::size_t slice_rows_min = 128;
  std::size_t slice_rows_max = 4096;
  // Newest messages of active conversations, and heads, kept in memory.
  std::size_t hot_bytes_max = 16 * 1024 * 1024;
  std::size_t heads_max = 64 * 1024;
  std::size_t member_lists_max = 1024;
  // When the write-ahead log is begun anew, and how much of it is copied between two commits.
  std::int64_t log_frames = 1000;
  std::int64_t checkpoint_frames = 128;
  std::uint32_t group_members_max = limits::group_members_max;
  std::size_t groups_per_user_max = limits::groups_per_user_max;
  int writer_cache_kib = 32 * 1024;
  int reader_cache_kib = 4 * 1024;
};

struct StoreOptions {
  std::filesystem::path path;
  // The name of a registered VFS; empty is the platform's own, without page checksums.
  std::string vfs;
  // Stamped into the file when it is made; a file of another environment is refused.
  std::string environment = "default";
  StoreLimits limits;
};

// What the store runs on; all of it outlives the store. `writer` has exactly one thread and is used
// by nobody else. InlineExecutor in all three places makes the store run on its caller's thread.
struct StoreRuntime {
  Executor& writer;
  Executor& readers;
  Executor& sorter;
  const Clock& clock;
  Random& random;
  std::function<MonoTime()> now;  // called from any thread
};

class Store {
 public:
  // Creates the file or brings an older one up to date; an end of the log that a power cut tore off
  // is cut. Refused, with the cause in `detail` and the remedy in `hint`: a file that is newer than
  // this program, of another environment, or damaged.
  static Result<std::unique_ptr<Store>> open(StoreOptions options, StoreRuntime runtime);

  // Closes.
  ~Store();
  Store(const Store&) = delete;
  Store& operator=(const Store&) = delete;

  // What was taken is carried out and answered; later writes are `unavailable`. Blocks.
  void close();

  ConversationLog& log();
  MessageStore& messages();
  ConversationStore& conversations();
  GroupStore& groups();
  UserStore& users();
  SessionStore& sessions();
  RelationStore& relations();
  IdempotencyStore& keys();
  TailStore& tails();
  SqliteDeadLetters& dead_letters();

  // Chosen at random when the file was made: a client that knows another one starts over.
  std::uint64_t epoch() const;
  // The highest id of messages, people and groups: a Snowflake starts above it.
  std::int64_t last_id() const;
  // False after a failed sync: what the disk holds is unknown until the store is opened again.
  bool writable() const;
  const StoreCounts& counts() const;
  // From any thread while the store is open.
  StoreFigures figures() const;

 private:
  struct Parts;
  explicit Store(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace gochat::sqlite
