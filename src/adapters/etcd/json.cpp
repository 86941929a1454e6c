#include "adapters/etcd/json.hpp"

#include <google/protobuf/util/json_util.h>

namespace gochat::etcd {

std::string to_json(const google::protobuf::Message& message) {
  std::string text;
  (void)google::protobuf::util::MessageToJsonString(message, &text);
  return text;
}

bool from_json(const std::string& text, google::protobuf::Message& message) {
  google::protobuf::util::JsonParseOptions options;
  options.ignore_unknown_fields = true;
  return google::protobuf::util::JsonStringToMessage(text, &message, options).ok();
}

}  // namespace gochat::etcd
