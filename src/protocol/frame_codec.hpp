// Bytes of one dialect <-> the one model of frames. Codecs have no state: one object serves all
// sockets and threads.
#pragma once

#include <string>
#include <string_view>

#include "protocol/client_frame.hpp"
#include "protocol/server_frame.hpp"

namespace gochat::protocol {

class FrameCodec {
 public:
  virtual ~FrameCodec() = default;

  // Never fails as a whole: what cannot be read is a frame whose request is an error.
  virtual ClientFrame parse(std::string_view bytes) const = 0;

  // `re` is the id of the request that this answers. Empty: this dialect has no word for it, and
  // nothing is sent.
  virtual std::string encode(const ServerFrame& frame, std::string_view re = {}) const = 0;

  // WebSocket text or binary.
  virtual bool is_text() const = 0;
};

// {"type":..., "data":{...}, "id"?}
const FrameCodec& classic_codec();
// {"cmd":..., "msg_id"?, "seq"?, "payload"?}
const FrameCodec& timeline_codec();

}  // namespace gochat::protocol
