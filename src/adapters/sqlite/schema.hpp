// The tables, as numbered steps. A step that was released is never edited: a new one follows it.
#pragma once

#include <span>
#include <string_view>

namespace gochat::sqlite {

struct SchemaStep {
  int version;
  std::string_view sql;
};

std::span<const SchemaStep> schema_steps();

}  // namespace gochat::sqlite
