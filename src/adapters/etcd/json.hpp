// Values in etcd are JSON, so that etcdctl shows them to people.
#pragma once

#include <google/protobuf/message.h>

#include <string>

namespace gochat::etcd {

std::string to_json(const google::protobuf::Message& message);
// False: it is something else. Members that are not known are passed over.
bool from_json(const std::string& text, google::protobuf::Message& message);

}  // namespace gochat::etcd
