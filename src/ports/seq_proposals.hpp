#pragma once

#include <cstdint>

#include "async/task.hpp"
#include "base/result.hpp"
#include "domain/ids.hpp"

namespace gochat {

// Guesses the seqs that the next messages of a conversation will get. Whoever commits them decides:
// a guess saves a question and is never believed, so one that is lost, repeated or wrong costs
// nothing. Ordering: of one conversation, proposals rise until they are corrected. Idempotency:
// `correct`; each `propose` takes. Errors: `unavailable`. Cancellation: free at any time.
class SeqProposals {
 public:
  virtual ~SeqProposals() = default;
  // The last of so many seqs in a row, the first of a conversation nobody asked for being 1.
  virtual Task<Result<Seq>> propose(ConversationId conversation, std::uint64_t count) = 0;
  // What was committed, which may lie below what was proposed.
  virtual Task<Result<void>> correct(ConversationId conversation, Seq last) = 0;
};

}  // namespace gochat
