// Request heads from a hostile peer: the same answer whatever follows the head, and a head that is
// taken can be read in one way only.
#include <cstdint>
#include <string_view>

#include "base/assert.hpp"
#include "net/http_head.hpp"

namespace {

using namespace gochat::net;

bool same(const RequestHead& a, const RequestHead& b) {
  return a.consumed == b.consumed && a.request.method_name == b.request.method_name &&
         a.request.target == b.request.target && a.request.path == b.request.path &&
         a.request.query == b.request.query &&
         a.request.headers.fields() == b.request.headers.fields() &&
         a.framing.kind == b.framing.kind && a.framing.length == b.framing.length &&
         a.keep_alive == b.keep_alive;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const Limits limits;
  const std::string_view text{reinterpret_cast<const char*>(bytes), size};
  const RequestHead head = parse_request_head(text, limits);
  GOCHAT_ASSERT(head.consumed <= size);
  if (head.refusal) {
    GOCHAT_ASSERT(head.refusal->status >= 400 && head.refusal->status < 600);
    return 0;
  }
  if (head.consumed == 0) return 0;
  GOCHAT_ASSERT(head.consumed <= limits.head_bytes_max);
  GOCHAT_ASSERT(head.request.headers.fields().size() <= limits.head_fields_max);
  GOCHAT_ASSERT(head.request.target.size() <= limits.uri_bytes_max);
  GOCHAT_ASSERT(head.request.path.starts_with('/') ||
                (head.request.path == "*" && head.request.method == HttpMethod::options));
  GOCHAT_ASSERT(head.request.path.find("/../") == std::string::npos);
  const std::string_view alone = text.substr(0, head.consumed);
  GOCHAT_ASSERT(same(head, parse_request_head(alone, limits)));
  const RequestHead shorter = parse_request_head(alone.substr(0, alone.size() - 1), limits);
  GOCHAT_ASSERT(shorter.consumed == 0 && !shorter.refusal);
  return 0;
}
