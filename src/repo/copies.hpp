// The copies that repo keeps of what the database holds, and what a commit does to them. Whatever
// becomes of them, no answer of repo changes: they cost time when they are away, and save some when
// they are there.
#pragma once

#include <functional>
#include <vector>

#include "async/breaker.hpp"
#include "ports/conversation_log.hpp"
#include "ports/seq_proposals.hpp"
#include "repo/hot_history.hpp"
#include "repo/list_copies.hpp"
#include "repo/shown_copies.hpp"

namespace gochat::repo {

// Where copies are kept. All of it outlives repo.
struct CopyPorts {
  Cache& values;
  SetCache& sets;
  SetCache& ranked_sets;
  HotMessages& hot;
  SeqProposals& seqs;
  KnownList& known_list;
  const Timers& timers;
};

struct ProposalCounts {
  metrics::Counter proposed;  // one for each conversation of a batch
  metrics::Counter differed;  // the database decided otherwise
  metrics::Counter errors;    // asked and not answered
};

struct Effect;
struct WrittenBatch;

// Lives on one loop.
class Copies {
 public:
  Copies(const CopyPorts& ports, UserStore& users, GroupStore& groups,
         ConversationStore& conversations, MessageStore& messages);

  ShownCopies& shown() { return shown_; }
  const ShownCopies& shown() const { return shown_; }
  HotHistory& hot() { return hot_; }
  ListCopies& lists() { return lists_; }
  const HotHistory& hot() const { return hot_; }
  const ProposalCounts& proposals() const { return counts_; }
  // Commits do not wait for the copies, because writing them keeps failing.
  bool left_alone() const { return breaker_.state(ports_.timers.now()) != Breaker::State::closed; }

  using Append = std::function<Task<Result<std::vector<LogAnswer>>>(LogBatch)>;
  // Appends, and does to the copies what follows from it.
  Task<Result<std::vector<LogAnswer>>> written(LogBatch batch, Append append);

 private:
  Task<> settle(const WrittenBatch* written);
  void learn(const std::vector<LogAnswer>& answers);
  Task<bool> propose(WrittenBatch* written);
  Task<bool> propose_one(ConversationId conversation, Effect* effect);
  Task<bool> correct(ConversationId conversation, const Effect* effect);
  Task<bool> group_changed(GroupId group, const Effect* effect);
  Task<bool> guarded(Task<bool> write);

  const CopyPorts ports_;
  ShownCopies shown_;
  HotHistory hot_;
  ListCopies lists_;
  ProposalCounts counts_;
  // A cache that hangs must not hold up every batch for as long as a command may take.
  Breaker breaker_;
};

}  // namespace gochat::repo
