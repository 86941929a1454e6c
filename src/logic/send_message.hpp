// Takes what people send, batch by batch: one transaction, then everybody who must know is told.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "logic/fan_out.hpp"
#include "logic/members.hpp"
#include "logic/needs.hpp"
#include "logic/options.hpp"
#include "logic/people_cache.hpp"

namespace gochat::logic {

// ok lets the queue commit the offsets, so it comes last: after the append, the pushes and the
// receipts. Whatever ends earlier is done again, and the log recognises what it has.
class SendMessage final : public LaneHandler {
 public:
  SendMessage(const Needs& needs, const Options& options, Members& members, PeopleCache& people,
              FanOut& fan_out);

  Task<Result<void>> take(LaneBatch batch) override;
  Task<Result<void>> assigned(LaneId lane) override;
  void revoked(LaneId lane) override;

 private:
  // One readable record of a batch on its way.
  struct Send {
    protocol::UpstreamRecord record;
    bool maybe_again = false;
    std::optional<LogAnswer> answer;
    Message message;  // as drafted; id, seq and time become the row's
  };

  std::vector<Send> read(const LaneBatch& batch);
  void check(Send& send) const;
  LogBatch draft(std::vector<Send>& sends, const LaneId& lane);
  Task<Result<void>> append(std::vector<Send>& sends, LaneId lane);
  Task<Result<void>> append_one_by_one(std::vector<Send>& sends, LaneId lane);
  Task<> hide_from_strangers(std::vector<Send>& sends);
  Task<Result<std::vector<Outgoing>>> outgoing(std::vector<Send>& sends);

  RepoApi repo_;
  Clock& clock_;
  Timers& timers_;
  IdSource& ids_;
  const Options& options_;
  Members& members_;
  PeopleCache& people_;
  FanOut& fan_out_;
  std::unordered_map<std::string, std::uint64_t> fences_;  // by topic and partition
};

}  // namespace gochat::logic
