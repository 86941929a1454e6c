#include "adapters/grpc/text_fields.hpp"

#include <google/protobuf/descriptor.h>

#include <vector>

#include "base/utf8.hpp"

namespace gochat::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

bool is_utf8(const Message& message, const FieldDescriptor& field, int at) {
  const auto* reflection = message.GetReflection();
  std::string scratch;
  const std::string& text =
      field.is_repeated() ? reflection->GetRepeatedStringReference(message, &field, at, &scratch)
                          : reflection->GetStringReference(message, &field, &scratch);
  return count_code_points(text).has_value();
}

const Message& part(const Message& message, const FieldDescriptor& field, int at) {
  const auto* reflection = message.GetReflection();
  return field.is_repeated() ? reflection->GetRepeatedMessage(message, &field, at)
                             : reflection->GetMessage(message, &field);
}

}  // namespace

std::optional<std::string> field_without_utf8(const Message& message) {
  std::vector<const FieldDescriptor*> fields;
  message.GetReflection()->ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool text = field->type() == FieldDescriptor::TYPE_STRING;
    if (!text && field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    const int count = field->is_repeated() ? message.GetReflection()->FieldSize(message, field) : 1;
    for (int at = 0; at < count; ++at) {
      if (text && !is_utf8(message, *field, at)) return field->name();
      if (text) continue;
      if (auto found = field_without_utf8(part(message, *field, at))) return found;
    }
  }
  return std::nullopt;
}

}  // namespace gochat::rpc
