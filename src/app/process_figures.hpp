// What the kernel says of this process.
#pragma once

#include <cstddef>
#include <cstdint>

namespace gochat::app {

struct ProcessFigures {
  double cpu_seconds = 0;
  double started_at = 0;  // seconds since 1970
  std::size_t resident_bytes = 0;
  std::size_t virtual_bytes = 0;
  std::size_t threads = 0;
};
ProcessFigures process_figures();

std::size_t open_descriptors();
std::size_t open_descriptors_max();

}  // namespace gochat::app
