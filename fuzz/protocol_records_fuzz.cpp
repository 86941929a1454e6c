// Queue records from anywhere: what is accepted encodes again, and that is a fixed point.
#include <string_view>

#include "base/assert.hpp"
#include "protocol/message_task.hpp"
#include "protocol/records.hpp"
#include "protocol/task_records.hpp"

using namespace gochat::protocol;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view record{reinterpret_cast<const char*>(bytes), size};
  if (const auto up = decode_upstream(record)) {
    const auto again = decode_upstream(encode(*up));
    GOCHAT_ASSERT(again.ok() && encode(*again) == encode(*up));
  }
  if (const auto shard = decode_shard(record)) {
    const auto again = decode_shard(encode(*shard));
    GOCHAT_ASSERT(again.ok() && encode(*again) == encode(*shard));
  }
  if (const auto task = decode_message_task(record)) {
    const auto again = decode_message_task(encode(*task));
    GOCHAT_ASSERT(again.ok() && encode(*again) == encode(*task));
  }
  if (const auto letter = decode_dead_letter(record)) {
    const auto again = decode_dead_letter(encode(*letter));
    GOCHAT_ASSERT(again.ok() && encode(*again) == encode(*letter));
  }
  if (const auto down = decode_downstream(record)) {
    const auto again = decode_downstream(encode(*down));
    GOCHAT_ASSERT(again.ok() && encode(*again) == encode(*down));
  }
  return 0;
}
