#pragma once

#include <cstdint>

namespace gochat::mysql {

enum class Failure : std::uint8_t {
  none,
  conflict,   // a deadlock, or a row that another one held too long: begin the transaction anew
  duplicate,  // a unique key is taken
  lost,       // the connection is no good any more; what it was asked last may have happened
  deadline,   // the same, because time was up
  refused,    // whatever else the server said no to
};

}  // namespace gochat::mysql
