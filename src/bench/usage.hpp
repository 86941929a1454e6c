// What a process has used of the machine.
#pragma once

#include <sys/types.h>

#include <cstdint>

namespace gochat::bench {

struct Usage {
  double cpu_seconds = 0;  // user and system, of all its threads
  std::uint64_t rss_bytes = 0;
  std::uint64_t written_bytes = 0;
  std::uint64_t voluntary_switches = 0;
};

// All zero when there is no such process, or it is another user's.
Usage usage_of(pid_t pid);

// CPU time of this process so far: what the generator itself costs.
double own_cpu_seconds();

}  // namespace gochat::bench
