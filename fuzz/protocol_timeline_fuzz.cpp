// Packets of the timeline dialect from a hostile client: whatever it is, it becomes a request
// within the limits or a refusal that can be said back as JSON, in its own dialect.
#include <string_view>

#include "base/assert.hpp"
#include "base/utf8.hpp"
#include "protocol/http_json.hpp"
#include "protocol/timeline_codec.hpp"

namespace {

using namespace gochat;
using namespace gochat::protocol;

void expect_within_limits(const ClientRequest& request) {
  if (const auto* send = std::get_if<SendMessage>(&request)) {
    GOCHAT_ASSERT(check_send(*send).ok());
    GOCHAT_ASSERT(!send->client_msg_id.empty());
    GOCHAT_ASSERT(send->conversation.text().size() <= limits::conversation_id_bytes_max);
  } else if (const auto* pull = std::get_if<Pull>(&request)) {
    GOCHAT_ASSERT(pull->limit == limits::timeline_page_messages);
    GOCHAT_ASSERT(pull->conversation && pull->after && !pull->before);
  } else if (const auto* ack = std::get_if<AckMessage>(&request)) {
    GOCHAT_ASSERT(!ack->client_msg_id.empty());
    GOCHAT_ASSERT(ack->client_msg_id.size() <= limits::client_msg_id_bytes_max);
  }
}

void expect_answer(const ServerFrame& frame, std::string_view re) {
  const auto answer = encode_timeline(frame, re);
  const auto said = JsonObject::parse(answer);
  GOCHAT_ASSERT(said.ok());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string_view json{reinterpret_cast<const char*>(bytes), size};
  const auto frame = parse_timeline(json);
  GOCHAT_ASSERT(count_code_points(frame.id) && count_code_points(frame.client_msg_id));
  if (frame.request) {
    GOCHAT_ASSERT(count_code_points(json));
    expect_within_limits(*frame.request);
    expect_answer(Pong{}, frame.id);
  } else {
    expect_answer(ErrorFrame{frame.request.error(), frame.client_msg_id}, frame.id);
  }
  return 0;
}
