#pragma once

#include <cstdint>

namespace gochat {

// Unique 64-bit ids that rise within one source (domain/snowflake.hpp). Called on the main loop
// only. Errors: none; a source whose machine lease ran out ends the process before it repeats an
// id.
class IdSource {
 public:
  virtual ~IdSource() = default;
  virtual std::int64_t next() = 0;
};

}  // namespace gochat
