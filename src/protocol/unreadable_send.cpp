#include "protocol/unreadable_send.hpp"

#include "domain/limits.hpp"
#include "gochat/v1/records.pb.h"
#include "protocol/record_bytes.hpp"

namespace gochat::protocol {
namespace {

constexpr std::size_t name_bytes_max = 128;

}  // namespace

std::optional<UpstreamRecord> sender_of(std::string_view unreadable) {
  v1::UpstreamRecord from;
  if (unreadable.size() > record_bytes_max) return std::nullopt;
  if (!from.ParseFromArray(unreadable.data(), static_cast<int>(unreadable.size()))) {
    return std::nullopt;
  }
  WireChecks checks;
  UpstreamRecord known;
  known.conversation = ConversationId{
      checks.text(from.conversation_id(), limits::conversation_id_bytes_max, "conversation_id")};
  known.client_msg_id =
      checks.text(from.client_msg_id(), limits::client_msg_id_bytes_max, "client_msg_id");
  known.origin = {checks.text(from.origin().gateway(), name_bytes_max, "gateway"),
                  from.origin().boot(),
                  checks.id<ConnectionId>(from.origin().connection_id(), "connection_id"),
                  checks.text(from.origin().request_id(), name_bytes_max, "request_id"),
                  static_cast<std::int64_t>(from.origin().taken_ns())};
  if (!checks.passed() || known.origin.gateway.empty()) return std::nullopt;
  return known;
}

}  // namespace gochat::protocol
