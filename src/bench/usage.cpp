#include "bench/usage.hpp"

#include <sys/resource.h>
#include <unistd.h>

#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <string_view>

namespace gochat::bench {
namespace {

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

std::uint64_t number_after(const std::string& text, std::string_view key) {
  const auto at = text.find(key);
  if (at == std::string::npos) return 0;
  return std::strtoull(text.c_str() + at + key.size(), nullptr, 10);
}

std::string read_all(const std::string& path) {
  std::ifstream in{path};
  std::stringstream text;
  text << in.rdbuf();
  return text.str();
}

}  // namespace

Usage usage_of(pid_t pid) {
  const std::string root = "/proc/" + std::to_string(pid);
  Usage usage;
  const std::string stat = read_all(root + "/stat");
  const auto name_end = stat.rfind(')');
  if (name_end == std::string::npos) return usage;
  std::stringstream fields{stat.substr(name_end + 2)};
  std::string skipped;
  for (int n = 0; n < 11; ++n) fields >> skipped;
  double user = 0;
  double system = 0;
  fields >> user >> system;
  usage.cpu_seconds = (user + system) / static_cast<double>(sysconf(_SC_CLK_TCK));
  usage.rss_bytes = number_after(read_all(root + "/status"), "VmRSS:") * 1024;
  usage.written_bytes = number_after(read_all(root + "/io"), "\nwrite_bytes: ");
  usage.voluntary_switches = number_after(read_all(root + "/status"), "\nvoluntary_ctxt_switches:");
  return usage;
}

double own_cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

}  // namespace gochat::bench
