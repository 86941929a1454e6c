// What an operator can watch of one kind of copies.
#pragma once

#include "base/metrics.hpp"

namespace gochat::repo {

struct CopyCounts {
  metrics::Counter hits;           // answered by a copy, that of an absence too
  metrics::Counter misses;         // answered by the database
  metrics::Counter errors;         // questions and orders that the cache did not answer
  metrics::Counter wrong;          // could not be read or disagreed with the database: deleted
  metrics::Counter stale;          // not filled in, because there was a change meanwhile
  metrics::WaitHistogram seconds;  // one question to the cache
};

}  // namespace gochat::repo
