#include "net/ws_protocol.hpp"

#include <array>
#include <cstring>

#include "net/frame.hpp"
#include "net/shard.hpp"

namespace gochat::net {

namespace {

// First pings of connections that came together, as after a restart, are spread over half an
// interval.
Duration first_ping(Duration interval, std::uint32_t slot) {
  constexpr std::uint32_t parts = 64;
  return interval / 2 + interval / 2 * (slot % parts + 1) / parts;
}

}  // namespace

WsProtocol::WsProtocol(Connection& connection) : connection_{connection} {
  connection_.set_deadline(
      first_ping(connection_.shard().limits().ping_interval, connection_.id().slot));
  connection_.take_heard();
}

bool WsProtocol::has_room(std::size_t bytes) const {
  const Limits& limits = connection_.shard().limits();
  return connection_.outbox_bytes() + bytes <= limits.outbox_bytes_max &&
         connection_.outbox_blocks() < limits.outbox_frames_max;
}

void WsProtocol::send(const SharedBytes& frame) {
  if (closing_) return;
  if (!has_room(frame.size())) {
    // A long turn may have queued this much for a reader that is not slow at all.
    connection_.write_out();
    if (closing_) return;
    if (!has_room(frame.size())) {
      give_up_slow_reader();
      return;
    }
  }
  connection_.put(frame);
  connection_.shard().traffic().frames_out.add();
  // Who does not read gets no more answers to read: this side stops listening at half of the
  // outbox.
  const Limits& limits = connection_.shard().limits();
  if (connection_.outbox_bytes() > limits.outbox_bytes_max / 2 ||
      connection_.outbox_blocks() > limits.outbox_frames_max / 2) {
    connection_.hold(Hold::outbox);
  }
}

void WsProtocol::give_up_slow_reader() {
  connection_.shard().traffic().outbox_overflows.add();
  connection_.drop_unbegun();
  connection_.put(
      EncodedFrame::close(close_code::slow_reader, "slow reader, reconnect now").bytes());
  report_close(close_code::slow_reader);
  connection_.finish(connection_.shard().limits().close_time_max);
}

void WsProtocol::close(std::uint16_t code, std::string_view reason) {
  if (closing_) return;
  connection_.put(EncodedFrame::close(code, reason).bytes());
  report_close(code);
  connection_.set_deadline(connection_.shard().limits().close_time_max);
  connection_.release(Hold::owner);
}

std::size_t WsProtocol::on_bytes(std::span<char> bytes) {
  const Limits& limits = connection_.shard().limits();
  const WsLimits bounds{limits.message_bytes_max, limits.fragments_max};
  std::size_t used = 0;
  while (!connection_.held()) {
    const WsStep step = parser_.next(bytes.subspan(used), bounds);
    used += step.consumed;
    switch (step.event) {
      case WsEvent::need_more:
        connection_.want(step.wanted);
        return used;
      case WsEvent::message:
        connection_.shard().traffic().messages_in.add();
        if (!closing_)
          connection_.shard().events().on_message(connection_.id(), step.payload, step.text);
        break;
      case WsEvent::ping:
        send(EncodedFrame::pong(step.payload).bytes());
        break;
      case WsEvent::pong:
        take_pong(step.payload);
        break;
      case WsEvent::close:
        take_close(step.code);
        return bytes.size();
      case WsEvent::violation:
        refuse(step);
        return bytes.size();
    }
    if (connection_.shard().events().congested()) connection_.shard().congested(connection_);
  }
  return used;
}

void WsProtocol::ping(std::uint32_t mark) {
  asked_ = mark;
  std::array<char, sizeof mark> payload;
  std::memcpy(payload.data(), &mark, sizeof mark);
  send(EncodedFrame::ping({payload.data(), payload.size()}).bytes());
}

// Only what was asked for is told: a peer may send pongs of its own as it likes.
void WsProtocol::take_pong(std::string_view payload) {
  std::uint32_t mark = 0;
  if (asked_ == 0 || payload.size() != sizeof mark) return;
  std::memcpy(&mark, payload.data(), sizeof mark);
  if (mark == asked_ && !closing_) {
    asked_ = 0;
    connection_.shard().events().on_pong(connection_.id(), mark);
  }
}

void WsProtocol::take_close(std::uint16_t code) {
  if (!closing_) {
    connection_.put(EncodedFrame::close(code).bytes());
    report_close(code);
  }
  connection_.finish(connection_.shard().limits().close_time_max);
}

void WsProtocol::refuse(const WsStep& violation) {
  if (!closing_) {
    connection_.put(EncodedFrame::close(violation.code, violation.reason).bytes());
    report_close(violation.code);
  }
  connection_.finish(connection_.shard().limits().close_time_max);
}

void WsProtocol::report_close(std::uint16_t code) {
  if (closing_) return;
  closing_ = true;
  connection_.shard().report_close(connection_.id(), code);
}

void WsProtocol::on_end(bool) {
  report_close(close_code::abnormal);
  connection_.drop();
}

void WsProtocol::on_lost() { report_close(close_code::abnormal); }

void WsProtocol::on_written(std::size_t bytes, std::size_t left) {
  const Limits& limits = connection_.shard().limits();
  if (connection_.held_for(Hold::outbox) && left <= limits.outbox_bytes_max / 4 &&
      connection_.outbox_blocks() <= limits.outbox_frames_max / 4) {
    connection_.release(Hold::outbox);
  }
  if (!closing_) connection_.shard().events().on_written(connection_.id(), bytes, left);
}

void WsProtocol::on_deadline() {
  if (closing_) {
    connection_.drop();
    return;
  }
  const Limits& limits = connection_.shard().limits();
  if (connection_.take_heard()) {
    pings_unanswered_ = 0;
    connection_.shard().events().on_alive(connection_.id());
  } else if (connection_.held_for(Hold::owner) || connection_.held_for(Hold::congestion)) {
    // We are the ones who do not listen.
    pings_unanswered_ = 0;
  }
  if (pings_unanswered_ >= limits.pings_missed_max) {
    connection_.drop_unbegun();
    connection_.put(EncodedFrame::close(close_code::no_sign_of_life, "no sign of life").bytes());
    report_close(close_code::no_sign_of_life);
    connection_.finish(limits.close_time_max);
    return;
  }
  ++pings_unanswered_;
  connection_.set_deadline(limits.ping_interval);
  send(EncodedFrame::ping().bytes());
}

void WsProtocol::on_stop() { close(close_code::going_away, "the server stops"); }

}  // namespace gochat::net
