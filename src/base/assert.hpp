// Assertions stay on in release: a broken invariant ends the process before it ends somebody's
// history.
#pragma once

namespace gochat {

[[noreturn]] void assertion_failed(const char* expression, const char* file, int line);

}  // namespace gochat

#define GOCHAT_ASSERT(expression)      \
  ((expression) ? static_cast<void>(0) \
                : ::gochat::assertion_failed(#expression, __FILE__, __LINE__))
