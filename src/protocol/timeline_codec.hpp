// The staged plan's dialect: {"cmd", "msg_id"?, "seq"?, "payload"?} from the client, {"cmd",
// "code", "msg_id"?, "seq"?, "payload"?} to it. `cmd` is 0 heartbeat, 1 login, 2 chat, 3 pull, 4
// ack, -1 in an answer to what has none; `code` is 0 or the number of an error.
#pragma once

#include <string>
#include <string_view>

#include "protocol/client_frame.hpp"
#include "protocol/server_frame.hpp"

namespace gochat::protocol {

// Unknown members are ignored, an unknown cmd is refused. The frame's id holds cmd and msg_id, for
// the answer to name both.
ClientFrame parse_timeline(std::string_view json);

// Empty for what this dialect has no word for: typing, presence, events, `bye`.
std::string encode_timeline(const ServerFrame& frame, std::string_view re = {});

}  // namespace gochat::protocol
