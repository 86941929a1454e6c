// Whether the texts of a message are UTF-8. gRPC's other side could not read a message in which
// one is not, and would not say which.
#pragma once

#include <google/protobuf/message.h>

#include <optional>
#include <string>

namespace gochat::rpc {

// The name of the first `string` field that is not UTF-8.
std::optional<std::string> field_without_utf8(const google::protobuf::Message& message);

}  // namespace gochat::rpc
