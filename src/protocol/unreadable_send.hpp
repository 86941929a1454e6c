// Of a send that cannot be read, what its bytes still say about who waits for an answer.
#pragma once

#include <optional>
#include <string_view>

#include "protocol/records.hpp"

namespace gochat::protocol {

// With conversation, client_msg_id and origin, if these three can be read; the version does not
// matter, since a field keeps its number for ever.
std::optional<UpstreamRecord> sender_of(std::string_view unreadable);

}  // namespace gochat::protocol
