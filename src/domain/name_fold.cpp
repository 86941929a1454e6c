#include "domain/name_fold.hpp"

#include <utf8proc.h>

#include <cstdlib>
#include <memory>

namespace gochat {

std::string fold_name(std::string_view text) {
  utf8proc_uint8_t* folded = nullptr;
  const auto bytes = utf8proc_map(
      reinterpret_cast<const utf8proc_uint8_t*>(text.data()),
      static_cast<utf8proc_ssize_t>(text.size()), &folded,
      static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT |
                                     UTF8PROC_CASEFOLD | UTF8PROC_IGNORE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owner{folded, &std::free};
  if (bytes < 0) return {};
  return {reinterpret_cast<const char*>(folded), static_cast<std::size_t>(bytes)};
}

}  // namespace gochat
