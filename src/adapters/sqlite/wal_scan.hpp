// Judges a write-ahead log before SQLite opens it. SQLite's own recovery stops at the first frame
// that does not fit and drops the rest in silence: right for a tail torn by a power cut, wrong for
// a log that was damaged in its middle, where the rest are transactions that people were told are
// stored.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <span>
#include <string>

#include "base/result.hpp"

namespace gochat::sqlite {

enum class WalState : std::uint8_t {
  // Nothing but whole transactions, at most followed by one that never reached its commit frame.
  clean,
  // The end of the last transaction is missing or damaged. Its frames may reach the disk in any
  // order, so
  // this is what a power cut leaves before the sync; damage of a transaction that was synced, if it
  // is the
  // last one, cannot be told from it.
  torn_tail,
  // Committed transactions lie behind the damage.
  corrupt,
};

struct WalVerdict {
  WalState state = WalState::clean;
  // Whole transactions end here; 0 when the log holds none.
  std::int64_t sound_bytes = 0;
  std::uint64_t sound_frames = 0;
  // Tells one life of the log from the next; 0 without a sound header.
  std::uint64_t salt = 0;
  // The first frame that is not what it should be, from 1; 0 when there is none.
  std::uint64_t bad_frame = 0;
  // Why, for a person.
  std::string reason = {};
};

// A log that does not exist is clean.
Result<WalVerdict> scan_wal(const std::filesystem::path& wal);
// Any bytes whatever get a verdict.
WalVerdict scan_wal(std::span<const std::byte> wal);

// Ends the log where its whole transactions end, and syncs it. What SQLite would only ignore could,
// after a second power cut, look like the rest of a damaged log.
Result<void> cut_torn_tail(const std::filesystem::path& wal, const WalVerdict& verdict);

// Writes the whole transactions over themselves and syncs. After a process that died of a failed
// sync the kernel may show frames that never reached the disk and that no later sync would write;
// once they are dirty again they will be, and nothing stored after them can be cut off.
Result<void> rewrite_sound_frames(const std::filesystem::path& wal, const WalVerdict& verdict);

// All that is done before SQLite opens `database`: a torn tail is cut, the rest is made durable. A
// corrupt log, and one that lacks frames which the database holds already (backfill_mark.hpp), is
// an Error that names file, frame and reason. Answers the verdict that was acted on.
Result<WalVerdict> prepare_wal(const std::filesystem::path& database);

}  // namespace gochat::sqlite
