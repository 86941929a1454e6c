// What a store learns from its file when it opens: who it is, and everything above the watermarks.
#pragma once

#include <string>

#include "adapters/sqlite/batch.hpp"
#include "adapters/sqlite/connection.hpp"
#include "adapters/sqlite/recent.hpp"
#include "domain/siphash.hpp"
#include "ports/random.hpp"

namespace gochat::sqlite {

struct Identity {
  std::uint64_t epoch = 0;
  SipKey sip_key;
  MessageId message_watermark;
  std::int64_t position_watermark = 0;
};

// Makes the row of `meta` in a new file; refuses a file of another environment.
Result<Identity> identify(Connection& db, const std::string& environment, Random& random);

// Reads the logs above the watermarks into memory, and answers where they end.
Result<LogEnds> recover(Connection& db, const Identity& identity, Recent& recent);

// The highest id of messages, people and groups.
Result<std::int64_t> highest_id(Connection& db);

}  // namespace gochat::sqlite
