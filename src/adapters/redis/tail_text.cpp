#include "adapters/redis/tail_text.hpp"

#include "base/bytes.hpp"

namespace gochat::redis {
namespace {

constexpr std::uint8_t version = 1;

}  // namespace

std::string tail_text(const SessionTail& tail, WallTime saved_at) {
  ByteWriter out;
  out.u8(version);
  out.varint(tail.got.size());
  for (const auto& [conversation, seq] : tail.got) {
    out.text(conversation.text());
    out.varint(seq.number());
  }
  out.varint(tail.unanswered.size());
  for (const std::string& id : tail.unanswered) out.text(id);
  return std::to_string(ms(saved_at)) + " " + out.take();
}

std::optional<SessionTail> read_tail(std::string_view text) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos) return std::nullopt;
  ByteReader in{text.substr(space + 1)};
  if (in.u8() != version) return std::nullopt;
  SessionTail tail;
  for (auto left = in.varint(); left > 0 && in.ok(); --left) {
    ConversationId conversation{std::string{in.text()}};
    tail.got.emplace_back(std::move(conversation), Seq{in.varint()});
  }
  for (auto left = in.varint(); left > 0 && in.ok(); --left) {
    tail.unanswered.emplace_back(in.text());
  }
  if (!in.ok() || !in.at_end()) return std::nullopt;
  return tail;
}

}  // namespace gochat::redis
