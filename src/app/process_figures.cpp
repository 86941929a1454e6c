#include "app/process_figures.hpp"

#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <sstream>
#include <string>

namespace gochat::app {
namespace {

std::string text_of(const char* path) {
  std::ifstream in{path};
  return {std::istreambuf_iterator<char>{in}, {}};
}

// Seconds since 1970 at which the machine started.
double boot_time() {
  const std::string text = text_of("/proc/stat");
  const auto at = text.find("btime ");
  return at == text.npos ? 0 : std::strtod(text.c_str() + at + 6, nullptr);
}

double seconds(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

}  // namespace

// proc(5): the fields after the name, which may hold blanks and brackets of its own.
ProcessFigures process_figures() {
  constexpr std::size_t threads_field = 17;
  constexpr std::size_t start_field = 19;
  constexpr std::size_t virtual_field = 20;
  constexpr std::size_t resident_field = 21;

  ProcessFigures out;
  rusage usage{};
  if (getrusage(RUSAGE_SELF, &usage) == 0) {
    out.cpu_seconds = seconds(usage.ru_utime) + seconds(usage.ru_stime);
  }
  const std::string stat = text_of("/proc/self/stat");
  const auto name_end = stat.rfind(')');
  if (name_end == stat.npos) return out;
  std::istringstream fields{stat.substr(name_end + 1)};
  std::string field;
  for (std::size_t n = 0; fields >> field && n <= resident_field; ++n) {
    const double value = std::strtod(field.c_str(), nullptr);
    if (n == threads_field) out.threads = static_cast<std::size_t>(value);
    if (n == start_field) {
      static const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
      out.started_at = boot_time() + value / ticks;
    }
    if (n == virtual_field) out.virtual_bytes = static_cast<std::size_t>(value);
    if (n == resident_field) {
      static const auto page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
      out.resident_bytes = static_cast<std::size_t>(value) * page;
    }
  }
  return out;
}

// The folder's size is their number since Linux 6.2. Before that it is 0 and they are counted, some
// milliseconds for ten thousand.
std::size_t open_descriptors() {
  struct stat folder{};
  if (stat("/proc/self/fd", &folder) != 0) return 0;
  if (folder.st_size > 0) return static_cast<std::size_t>(folder.st_size);
  std::error_code ignored;
  const std::filesystem::directory_iterator all{"/proc/self/fd", ignored};
  const auto count = std::distance(begin(all), end(all));
  return static_cast<std::size_t>(count > 0 ? count - 1 : 0);  // one of them reads this folder
}

std::size_t open_descriptors_max() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace gochat::app
