// Classic JSON from a hostile client: whatever it is, it becomes a request within the limits or a
// refusal that can be said back as JSON.
#include <string_view>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "protocol/classic_codec.hpp"
#include "protocol/http_json.hpp"

namespace {

using namespace gochat;
using namespace gochat::protocol;

void expect_within_limits(const ClientRequest& request) {
  if (const auto* send = std::get_if<SendMessage>(&request)) {
    GOCHAT_ASSERT(check_send(*send).ok());
    GOCHAT_ASSERT(send->conversation.text().size() <= limits::conversation_id_bytes_max);
    GOCHAT_ASSERT(send->to_user.number() >= 0 && send->reply_to.number() >= 0);
  } else if (const auto* pull = std::get_if<Pull>(&request)) {
    GOCHAT_ASSERT(pull->limit >= 1 && pull->limit <= limits::page_messages_max);
    GOCHAT_ASSERT(pull->conversation && !(pull->after && pull->before));
  } else if (const auto* sync = std::get_if<Sync>(&request)) {
    GOCHAT_ASSERT(sync->positions.size() <= limits::sync_cursors_max);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view json{reinterpret_cast<const char*>(bytes), size};
  const auto frame = parse_classic(json);
  GOCHAT_ASSERT(count_code_points(frame.id) && count_code_points(frame.client_msg_id));
  if (frame.request) {
    GOCHAT_ASSERT(count_code_points(json));
    expect_within_limits(*frame.request);
    return 0;
  }
  const auto answer =
      encode_classic(ErrorFrame{frame.request.error(), frame.client_msg_id}, frame.id);
  GOCHAT_ASSERT(JsonObject::parse(answer).ok());
  return 0;
}
