// Queue records from anywhere: what is accepted encodes again, and that is a fixed point.
#include <string_view>

#include "base/assert.hpp"
#include "protocol/records.hpp"

using namespace gochat::protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view record{reinterpret_cast<const char*>(bytes), size};
  if (const auto up = decode_upstream(record)) {
    const auto again = decode_upstream(encode(*up));
    GOCHAT_ASSERT(again.ok() && encode(*again) == encode(*up));
  }
  if (const auto down = decode_downstream(record)) {
    const auto again = decode_downstream(encode(*down));
    GOCHAT_ASSERT(again.ok() && encode(*again) == encode(*down));
  }
  return 0;
}
