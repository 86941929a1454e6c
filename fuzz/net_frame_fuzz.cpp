// Frames from a hostile peer: whatever comes, and however it is cut, the parser tells the same and
// stays within its limits.
#include <string>
#include <string_view>
#include <vector>

#include "base/assert.hpp"
#include "net/padded_buffer.hpp"
#include "net/ws_codec.hpp"

namespace {

using namespace gochat::net;

constexpr WsLimits limits{.message_bytes_max = 4'096, .fragments_max = 8};

struct Told {
  WsEvent event;
  bool text;
  std::uint16_t code;
  std::string payload;
  bool operator==(const Told&) const = default;
};

bool ends_it(WsEvent event) { return event == WsEvent::close || event == WsEvent::violation; }

std::vector<Told> read_in_pieces(std::string_view bytes, std::size_t piece, WsParser::From from) {
  WsParser parser{from};
  PaddedBuffer pending;
  std::vector<Told> told;
  while (!bytes.empty()) {
    pending.append(bytes.substr(0, piece));
    bytes.remove_prefix(std::min(piece, bytes.size()));
    for (;;) {
      const WsStep step = parser.next(pending.bytes(), limits);
      GOCHAT_ASSERT(step.consumed <= pending.size());
      if (step.event != WsEvent::need_more) {
        GOCHAT_ASSERT(step.payload.size() <= limits.message_bytes_max);
        told.push_back({step.event, step.text, step.code, std::string{step.payload}});
      }
      pending.consume(step.consumed);
      if (ends_it(step.event)) return told;
      if (step.event == WsEvent::need_more) break;
    }
  }
  return told;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  if (size < 2) return 0;
  const auto from = (bytes[0] & 1) != 0 ? WsParser::From::client : WsParser::From::server;
  const std::size_t piece = 1 + bytes[1];
  const std::string_view frames{reinterpret_cast<const char*>(bytes) + 2, size - 2};
  const auto whole = read_in_pieces(frames, size, from);
  GOCHAT_ASSERT(whole == read_in_pieces(frames, piece, from));
  GOCHAT_ASSERT(whole == read_in_pieces(frames, 1, from));
  return 0;
}
