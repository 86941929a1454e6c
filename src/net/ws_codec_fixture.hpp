// Frames as a client sends them, and what the parser tells of them.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "net/frame.hpp"
#include "net/ws_codec.hpp"

namespace gochat::net {

inline constexpr WsLimits limits{.message_bytes_max = 65536, .fragments_max = 64};

struct Piece {
  FrameShape shape;
  std::string payload;
};

inline Piece client(Opcode opcode, std::string payload, bool fin = true) {
  return {{.opcode = opcode, .fin = fin, .mask = 0x7f11c3a5}, std::move(payload)};
}

inline std::string bytes_of(const Piece& piece) {
  std::string out;
  append_frame(out, piece.shape, piece.payload);
  return out;
}

// What the parser told, one line per event, when its input comes in these portions.
inline std::vector<std::string> told(const std::vector<std::string>& portions,
                                     WsParser::From from = WsParser::From::client,
                                     const WsLimits& within = limits) {
  WsParser parser{from};
  PaddedBuffer pending;
  std::vector<std::string> lines;
  for (const auto& portion : portions) {
    pending.append(portion);
    for (bool more = true; more;) {
      const WsStep step = parser.next(pending.bytes(), within);
      const std::string payload{step.payload};
      switch (step.event) {
        case WsEvent::need_more:
          more = false;
          break;
        case WsEvent::message:
          lines.push_back((step.text ? "text " : "binary ") + payload);
          break;
        case WsEvent::ping:
          lines.push_back("ping " + payload);
          break;
        case WsEvent::pong:
          lines.push_back("pong " + payload);
          break;
        case WsEvent::close:
          lines.push_back("close " + std::to_string(step.code) + " " + payload);
          return lines;
        case WsEvent::violation:
          lines.push_back("violation " + std::to_string(step.code));
          return lines;
      }
      pending.consume(step.consumed);
    }
  }
  return lines;
}

// The same, whole, frame by frame and byte by byte: an answer must not depend on how the network
// cuts.
inline std::vector<std::string> told_always(const std::vector<std::string>& frames,
                                            WsParser::From from = WsParser::From::client,
                                            const WsLimits& within = limits) {
  std::string whole;
  for (const auto& frame : frames) whole += frame;
  std::vector<std::string> single;
  for (char byte : whole) single.emplace_back(1, byte);
  const auto lines = told({whole}, from, within);
  EXPECT_EQ(told(frames, from, within), lines) << "frame by frame";
  EXPECT_EQ(told(single, from, within), lines) << "byte by byte";
  return lines;
}

inline std::vector<std::string> told_pieces(const std::vector<Piece>& pieces,
                                            const WsLimits& within = limits) {
  std::vector<std::string> frames;
  for (const auto& piece : pieces) frames.push_back(bytes_of(piece));
  return told_always(frames, WsParser::From::client, within);
}

}  // namespace gochat::net
