#include "base/fault.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <charconv>
#include <cstdlib>
#include <ctime>
#include <optional>

namespace gochat::fault {
namespace {

constexpr std::uint64_t pause_ms_max = 600'000;

struct Armed {
  std::atomic<std::uint64_t> passes{0};
  std::uint64_t crash_at = 0;
  std::uint64_t pause_ms = 0;
};

// Process-wide, as the environment that arms it is.
struct State {
  std::array<Armed, point_rows.size()> points;
  std::array<bool, bug_rows.size()> bugs{};
};

State& state() {
  static State it;
  return it;
}

struct Item {
  std::string_view name;
  std::optional<std::uint64_t> number;
};

Error bad_item(std::string_view variable, std::string_view text, std::string_view why) {
  return refused(ErrorCode::invalid_params, fmt::format("{}: `{}` {}", variable, text, why));
}

Result<Item> read_item(std::string_view variable, std::string_view text) {
  const auto colon = text.find(':');
  if (colon == text.npos) return Item{text, {}};
  const auto digits = text.substr(colon + 1);
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), number);
  if (error != std::errc{} || end != digits.data() + digits.size() || number == 0) {
    return bad_item(variable, text, "needs a number from 1 behind the colon");
  }
  return Item{text.substr(0, colon), number};
}

template <class Rows>
auto find(const Rows& rows, std::string_view name) -> std::optional<std::size_t> {
  for (std::size_t n = 0; n < rows.size(); ++n) {
    if (rows[n].name == name) return n;
  }
  return std::nullopt;
}

template <class Rows, class Take>
Result<void> read_list(std::string_view variable, std::string_view list, const Rows& rows,
                       const Take& take) {
  while (!list.empty()) {
    const auto text = list.substr(0, list.find(','));
    list.remove_prefix(std::min(list.size(), text.size() + 1));
    const auto item = read_item(variable, text);
    if (!item) return item.error();
    const auto index = find(rows, item->name);
    if (!index) return bad_item(variable, text, "names no fault of this build");
    if (auto taken = take(text, *index, item->number); !taken) return taken;
  }
  return {};
}

void stop_thread(std::uint64_t ms) {
  timespec left{static_cast<time_t>(ms / 1000), static_cast<long>(ms % 1000 * 1'000'000)};
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

}  // namespace

Settings from_environment() {
  const auto read = [](const char* name) {
    const char* value = std::getenv(name);
    return std::string{value == nullptr ? "" : value};
  };
  return {read("GOCHAT_CRASH"), read("GOCHAT_PAUSE"), read("GOCHAT_PLANT")};
}

Result<void> arm(const Settings& settings) {
  const bool empty = settings.crash.empty() && settings.pause.empty() && settings.plant.empty();
  if (!compiled_in && !empty) {
    return refused(ErrorCode::invalid_params,
                   "this build has no fault points; build with -DGOCHAT_FAULTS=ON");
  }
  if constexpr (!compiled_in) return {};
  State& all = state();
  for (Armed& point : all.points) {
    point.passes = 0;
    point.crash_at = 0;
    point.pause_ms = 0;
  }
  all.bugs.fill(false);

  const auto crash = [&](auto, std::size_t index, auto nth) -> Result<void> {
    all.points[index].crash_at = nth.value_or(1);
    return {};
  };
  const auto pause = [&](auto text, std::size_t index, auto ms) -> Result<void> {
    if (!ms || *ms > pause_ms_max) {
      return bad_item("GOCHAT_PAUSE", text, fmt::format("needs :ms, 1 to {}", pause_ms_max));
    }
    all.points[index].pause_ms = *ms;
    return {};
  };
  const auto plant = [&](auto text, std::size_t index, auto number) -> Result<void> {
    if (number) return bad_item("GOCHAT_PLANT", text, "takes no number");
    all.bugs[index] = true;
    return {};
  };
  if (auto read = read_list("GOCHAT_CRASH", settings.crash, point_rows, crash); !read) return read;
  if (auto read = read_list("GOCHAT_PAUSE", settings.pause, point_rows, pause); !read) return read;
  return read_list("GOCHAT_PLANT", settings.plant, bug_rows, plant);
}

void pass(Point point) {
  Armed& here = state().points[static_cast<std::size_t>(point)];
  const auto nth = here.passes.fetch_add(1, std::memory_order_relaxed) + 1;
  if (here.pause_ms != 0) stop_thread(here.pause_ms);
  if (here.crash_at == nth) {
    const auto line = fmt::format("gochat: ended at the crash point {}, pass {}\n",
                                  point_rows[static_cast<std::size_t>(point)].name, nth);
    // Nothing more can be done about a line that does not get out.
    [[maybe_unused]] const auto written = ::write(STDERR_FILENO, line.data(), line.size());
    ::_exit(crash_exit_code);
  }
}

bool planted(Bug bug) { return state().bugs[static_cast<std::size_t>(bug)]; }

std::uint64_t passes(Point point) {
  return state().points[static_cast<std::size_t>(point)].passes.load(std::memory_order_relaxed);
}

}  // namespace gochat::fault
