// The classic JSON dialect: {"type":..., "data":{...}, "id"?} from the client, {"type":..., "re"?,
// "data":{...}} to it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "protocol/client_frame.hpp"
#include "protocol/server_frame.hpp"

namespace gochat::protocol {

// Unknown members are ignored, so that a newer client can talk to an older server; an unknown type
// is refused by name. Ids are strings, seqs are numbers; each member has its camelCase name and the
// snake_case one.
ClientFrame parse_classic(std::string_view json);
// The types that are known.
std::vector<std::string_view> classic_request_types();

std::string encode_classic(const ServerFrame& frame, std::string_view re = {});
// The hot one, without the detour over the variant.
std::string encode_classic(const NewMessage& frame);

}  // namespace gochat::protocol
