#include "base/assert.hpp"

#include <cstdio>
#include <cstdlib>

#include "base/log.hpp"

namespace gochat {

void assertion_failed(const char* expression, const char* file, int line) {
  std::fprintf(stderr, "gochat: assertion failed: %s (%s:%d)\n", expression, file, line);
  log::flush();
  std::abort();
}

}  // namespace gochat
