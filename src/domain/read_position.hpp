#pragma once

#include <algorithm>
#include <cstdint>

#include "domain/ids.hpp"

namespace gochat {

// What has become of a message on its way to one person.
enum class DeliveryStatus : std::uint8_t { stored = 0, delivered = 1, read = 2 };

// How far one person has read and been delivered in one conversation, and how they keep it. Unread
// is computed from it and never counted, so a redelivery, a lost cache or a crash cannot make it
// drift.
struct ReadPosition {
  Seq read_seq;
  Seq ack_seq;
  bool muted = false;
  bool pinned = false;

  // Positions only rise: two devices report in any order, and an old report must not bring messages
  // back. Nobody can have read what does not exist yet, so a report above `last` counts as `last`.
  bool advance_read(Seq to, Seq last) { return rise(read_seq, std::min(to, last)); }
  bool advance_ack(Seq to, Seq last) { return rise(ack_seq, std::min(to, last)); }

  std::uint64_t unread(Seq last) const {
    return last > read_seq ? last.number() - read_seq.number() : 0;
  }

  // Of the message at `seq`, which this person was sent.
  DeliveryStatus status_of(Seq seq) const {
    if (seq <= read_seq) return DeliveryStatus::read;
    return seq <= ack_seq ? DeliveryStatus::delivered : DeliveryStatus::stored;
  }

 private:
  static bool rise(Seq& from, Seq to) {
    if (to <= from) return false;
    from = to;
    return true;
  }
};

}  // namespace gochat
