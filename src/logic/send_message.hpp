// Takes what people send, batch by batch: one transaction, then everybody who must know is told.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "dispatch/dead_letters.hpp"
#include "logic/fan_out.hpp"
#include "logic/introductions.hpp"
#include "logic/members.hpp"
#include "logic/needs.hpp"
#include "logic/options.hpp"
#include "logic/people_cache.hpp"

namespace gochat::logic {

// ok lets the queue commit the offsets, so it comes last: after the append, the pushes and the
// receipts of what was stored. Whatever ends earlier is done again, and the log recognises what it
// has. Refusals leave once the offsets are committed: nothing will judge those sends anew. What
// cannot be read, or what the log cannot digest, lies with the dead letters by then.
class SendMessage final : public LaneHandler {
 public:
  SendMessage(const Needs& needs, const Options& options, Members& members, PeopleCache& people,
              Introductions& introductions, FanOut& fan_out, dispatch::DeadLetterOffice& letters);

  Task<Result<void>> take(LaneBatch batch) override;
  Task<> committed(LaneId lane) override;
  Task<Result<void>> assigned(LaneId lane) override;
  void revoked(LaneId lane) override;

 private:
  // One record of a batch on its way.
  struct Send {
    protocol::UpstreamRecord record{};  // without a gateway: nobody can be answered
    const QueueDelivery* delivery = nullptr;
    bool maybe_again = false;
    std::optional<Error> given_up{};  // for good, and why
    Message message{};                // as drafted; id, seq and time become those of the row
    std::optional<LogAnswer> answer{};
    std::string trace{};
    trace::Span span{};

    const Stored* stored() const { return answer ? std::get_if<Stored>(&*answer) : nullptr; }
    const Error* refusal() const { return answer ? std::get_if<Error>(&*answer) : nullptr; }
    bool is_told() const;
  };
  using Sends = std::vector<Send>;
  using Spans = std::vector<trace::Span>;

  Sends read(const LaneBatch& batch) const;
  static Send unreadable(const QueueDelivery& delivery, Error cause);
  std::optional<Error> objection(const protocol::UpstreamRecord& record) const;
  Message draft(const protocol::UpstreamRecord& record, WallTime now);
  LogItem judged(const Send& send, WallTime now);
  // Of the append of each of these; none at all where none is recorded.
  static Spans append_spans(const Sends& sends, const std::vector<std::size_t>& places);
  Task<Result<Sends>> append(Sends sends, LaneId lane);
  // Whether the senders may be told that nothing was done and nothing will be.
  bool may_refuse(const Sends& sends, const Error& error) const;
  std::optional<Error> settle(Sends& sends, std::size_t place, LogAnswer answer) const;
  static void give_up(Send& send, const Error& cause);
  // Whatever the log cannot digest is found and answered alone.
  Task<Result<Sends>> append_one_by_one(Sends sends, LaneId lane);
  Task<Result<std::vector<LogAnswer>>> save(std::vector<LogItem> items, LaneId lane, Spans spans);
  Task<Sends> hide_from_strangers(Sends sends);
  Task<Result<Sends>> read_again(Sends sends);
  Task<Result<std::vector<Outgoing>>> stored(Sends sends);
  struct Hopeless {
    QueueDelivery delivery;
    Error cause;
  };
  static std::vector<Hopeless> hopeless(const Sends& sends);
  Task<Result<void>> lay_aside(std::vector<Hopeless> records, LaneId lane);
  Task<std::vector<Notice>> introducing(Message message);
  // The send's own, handed on to whoever tells of it; none where it is not recorded.
  static std::shared_ptr<trace::Span> span_of(Send& send, const Stored& row);
  static void note_stored(const Send& send, const Stored& row);
  static std::vector<Outgoing> refusals(const Sends& sends);

  RepoApi repo_;
  Clock& clock_;
  Timers& timers_;
  IdSource& ids_;
  const Options& options_;
  Members& members_;
  PeopleCache& people_;
  Introductions& introductions_;
  FanOut& fan_out_;
  dispatch::DeadLetterOffice& letters_;
  std::unordered_map<std::string, std::uint64_t> fences_;  // of the lanes that are ours
  // Per lane, of the batch whose offsets are about to be committed.
  std::unordered_map<std::string, std::vector<Outgoing>> refusals_;
};

}  // namespace gochat::logic
