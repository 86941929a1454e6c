// Named places where a test build ends, stops for a while, or misbehaves on purpose. Only a build
// with GOCHAT_FAULTS has them; in any other the macros are nothing and arming one is refused.
//   GOCHAT_CRASH=point[:nth],...   ends the process at the nth pass (1), with nothing flushed or
//   unwound GOCHAT_PAUSE=point:ms,...      stops the thread that passes, each time
//   GOCHAT_PLANT=bug,...           switches a wrong behaviour on, which a test must then catch
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "base/result.hpp"

namespace gochat::fault {

enum class Point : std::uint8_t {
  gateway_published,
  logic_before_append,
  store_before_begin,
  store_before_commit,
  store_after_commit,
  logic_after_append,
  logic_after_fan_out,
  gateway_before_receipt,
  merge_slice,
  checkpoint,
};

enum class Bug : std::uint8_t {
  receipt_before_commit,
  duplicate_skips_fan_out,
  sync_skipped,
};

template <class Name>
struct Row {
  Name it;
  std::string_view name;
  std::string_view what;
};

inline constexpr std::array<Row<Point>, 10> point_rows{{
    {Point::gateway_published, "gateway_published", "a send is queued, its receipt is open"},
    {Point::logic_before_append, "logic_before_append", "a batch is judged, nothing is stored"},
    {Point::store_before_begin, "store_before_begin", "a batch waits for its transaction"},
    {Point::store_before_commit, "store_before_commit", "all rows are written, none is durable"},
    {Point::store_after_commit, "store_after_commit", "a batch is durable, nobody knows"},
    {Point::logic_after_append, "logic_after_append", "logic knows, no member was told"},
    {Point::logic_after_fan_out, "logic_after_fan_out",
     "members were told, the offset stands still"},
    {Point::gateway_before_receipt, "gateway_before_receipt", "the sender's receipt is next"},
    {Point::merge_slice, "merge_slice", "between two slices of a merge of indexes"},
    {Point::checkpoint, "checkpoint", "between two pieces of a checkpoint"},
}};

inline constexpr std::array<Row<Bug>, 3> bug_rows{{
    {Bug::receipt_before_commit, "receipt_before_commit", "says `stored` before the commit"},
    {Bug::duplicate_skips_fan_out, "duplicate_skips_fan_out", "ends a redelivered send early"},
    {Bug::sync_skipped, "sync_skipped", "commits without syncing the log"},
}};

template <class Name, std::size_t count>
consteval bool follow_their_enum(const std::array<Row<Name>, count>& rows) {
  for (std::size_t n = 0; n < count; ++n) {
    if (static_cast<std::size_t>(rows[n].it) != n) return false;
  }
  return true;
}
static_assert(follow_their_enum(point_rows) && follow_their_enum(bug_rows));

#ifdef GOCHAT_FAULTS
inline constexpr bool compiled_in = true;
#else
inline constexpr bool compiled_in = false;
#endif

// What a process that was ended by a crash point reports; the same as after kill -9 in a shell.
inline constexpr int crash_exit_code = 137;

struct Settings {
  std::string crash = {};
  std::string pause = {};
  std::string plant = {};
};

Settings from_environment();

// Refuses what it does not know: a fault that never comes would pass for a survived one. Called
// before the threads start; what was armed before is forgotten.
Result<void> arm(const Settings& settings);

void pass(Point point);
bool planted(Bug bug);
std::uint64_t passes(Point point);

}  // namespace gochat::fault

#ifdef GOCHAT_FAULTS
#define GOCHAT_FAULT_POINT(name) ::gochat::fault::pass(::gochat::fault::Point::name)
#define GOCHAT_PLANTED(name) ::gochat::fault::planted(::gochat::fault::Bug::name)
#else
#define GOCHAT_FAULT_POINT(name) static_cast<void>(0)
#define GOCHAT_PLANTED(name) false
#endif
