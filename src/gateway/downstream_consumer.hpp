// Takes this gateway's records from the queue and puts them onto its sockets: one record for all
// receivers, one encoded frame for all sockets.
#pragma once

#include <string>
#include <vector>

#include "dispatch/dead_letters.hpp"
#include "gateway/delivery.hpp"
#include "gateway/receipts.hpp"
#include "gateway/recent_recalls.hpp"
#include "gateway/refused_sends.hpp"
#include "gateway/session_table.hpp"
#include "gateway/unanswered.hpp"
#include "gateway/witness.hpp"
#include "ports/clock.hpp"
#include "ports/message_queue.hpp"
#include "protocol/records.hpp"

namespace gochat::gateway {

class DownstreamConsumer final : public LaneHandler {
 public:
  struct Rooms {
    SessionTable& sessions;
    Delivery& delivery;
    ReadMarks& reads;
    RefusedSends& refusals;
    Receipts& receipts;
    Witness& witness;
    Unanswered& unanswered;
    MessageQueue& queue;
    const Clock& clock;
    Timers& timers;
  };
  static constexpr Duration publish_time_max = std::chrono::seconds{5};
  DownstreamConsumer(Rooms rooms, std::uint64_t boot)
      : rooms_{rooms},
        boot_{boot},
        letters_{rooms.queue, rooms.clock, rooms.timers, publish_time_max} {}

  Task<Result<void>> take(LaneBatch batch) override;
  Task<> committed(LaneId) override { co_return; }
  Task<Result<void>> assigned(LaneId lane) override;
  void revoked(LaneId lane) override;
  // Makes the topic for what cannot be read in this one.
  Task<Result<void>> open_letters(std::string topic) { return letters_.open_for(std::move(topic)); }

  void deliver(const protocol::DownstreamRecord& record, TraceId trace);

 private:
  static Task<> lay_aside(std::vector<Task<Result<void>>> laying);
  void deliver_message(const protocol::DownstreamRecord& record, const protocol::MessagePush& push);
  void deliver_conversation(const protocol::DownstreamRecord& record,
                            const protocol::ConversationPush& push);
  void deliver_receipts(const protocol::DownstreamRecord& record, TraceId trace);
  void deliver_receipt(const protocol::Receipt& receipt, const protocol::MessagePush* push,
                       TraceId trace);
  void send_to_all(const protocol::DownstreamRecord& record);

  Rooms rooms_;
  std::uint64_t boot_;
  RecentRecalls recalls_;
  dispatch::DeadLetterOffice letters_;
};

}  // namespace gochat::gateway
