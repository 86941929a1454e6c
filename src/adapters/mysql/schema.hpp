// The tables, as numbered steps that are never changed once they have been released.
#pragma once

#include <span>
#include <string_view>

namespace gochat::mysql {

// DDL commits by itself, so a step that was interrupted is carried out again from its beginning:
// every statement of a step leaves alone what it finds done.
struct SchemaStep {
  int version;
  std::string_view name;
  std::span<const std::string_view> statements;
};

std::span<const SchemaStep> schema_steps();

}  // namespace gochat::mysql
