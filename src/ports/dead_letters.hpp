#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "async/task.hpp"
#include "base/result.hpp"

namespace gochat {

struct KeptLetter {
  std::uint64_t id = 0;  // within its topic
  std::string letter;    // as it was published
  bool settled = false;
};

// Reads what lies in the topics of dead letters, into which a MessageQueue publishes; nobody
// subscribes to them.
// Ordering: as published, by ascending id. Idempotency: settling twice is settling once. Errors:
// `not_found` when no letter of that id is there to be settled, `unavailable`; a topic that was
// never made is empty. Cancellation: a letter that was begun to be settled may be.
class DeadLetters {
 public:
  virtual ~DeadLetters() = default;
  // The first `limit` whose id is `from` or above. Fewer: there are no more.
  virtual Task<Result<std::vector<KeptLetter>>> page(std::string topic, std::uint64_t from,
                                                     std::size_t limit) = 0;
  // Somebody has seen to it.
  virtual Task<Result<void>> settle(std::string topic, std::uint64_t id) = 0;
};

}  // namespace gochat
