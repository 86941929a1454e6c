// The page as the build joined it from web/page: its bytes, plain and packed, and what goes with
// them.
#pragma once

#include <string_view>

namespace gochat::page {

struct Document {
  std::string_view plain;
  std::string_view gzip;
  std::string_view tag;  // changes with the bytes
  std::string_view
      policy;  // Content-Security-Policy: its own script and style by hash, nothing else
};
const Document& document();

}  // namespace gochat::page
