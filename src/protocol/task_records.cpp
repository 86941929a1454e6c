#include "protocol/task_records.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "domain/conversation.hpp"
#include "gochat/v1/records.pb.h"
#include "protocol/record_bytes.hpp"

namespace gochat::protocol {
namespace {

constexpr std::size_t topic_bytes_max = 249;  // Kafka's own
constexpr std::size_t key_bytes_max = 256;
constexpr std::size_t trace_bytes_max = 256;
constexpr std::size_t cause_bytes_max = 1'024;
// Of what is kept beside the value, key and trace twice.
constexpr std::size_t beside_bytes_max = 4'096;

void check_told(const DownstreamRecord& told, WireChecks& checks) {
  const auto* push = std::get_if<MessagePush>(&told.push);
  if (!push) return checks.wrong("told", "is no message");
  if (!group_of(told.conversation)) checks.wrong("conversation_id", "is no group's");
  if (push->message.seq == Seq{}) checks.wrong("seq", "is missing");
  if (told.to_all || !told.recipients.empty() || !told.receipts.empty()) {
    checks.wrong("told", "has receivers already");
  }
}

}  // namespace

std::uint32_t shards_for(std::size_t members) {
  const std::size_t wanted = std::bit_ceil((members + shard_members_max - 1) / shard_members_max);
  return static_cast<std::uint32_t>(std::clamp<std::size_t>(wanted, shards_min, shards_max));
}

std::uint32_t shard_of(UserId user, std::uint32_t shards) {
  // Ids made in one millisecond differ in their lowest bits only, ids made apart in higher ones:
  // the product's upper half depends on all of them.
  constexpr std::uint64_t golden_ratio = 0x9e37'79b9'7f4a'7c15;
  const auto mixed = static_cast<std::uint64_t>(user.number()) * golden_ratio;
  return static_cast<std::uint32_t>(mixed >> 32) % shards;
}

std::string queue_key(const ShardRecord& record) {
  return record.told.conversation.text() + '/' + std::to_string(record.shard);
}

std::string encode(const ShardRecord& record) {
  v1::ShardRecord to;
  to.set_version(record_version);
  to.set_told(encode(record.told));
  to.set_member_version(record.members.number());
  to.set_shard(record.shard);
  to.set_shards(record.shards);
  return serialized(to);
}

Result<ShardRecord> decode_shard(std::string_view bytes) {
  v1::ShardRecord from;
  if (auto parsed = parse_into(from, bytes); !parsed) return std::move(parsed).error();
  auto told = decode_downstream(from.told());
  if (!told) return std::move(told).error();
  WireChecks checks;
  check_told(*told, checks);
  if (from.shards() == 0 || from.shards() > shards_max || from.shard() >= from.shards()) {
    checks.wrong("shard", "is out of range");
  }
  ShardRecord record{*std::move(told),
                     checks.count<MemberVersion>(from.member_version(), "member_version"),
                     from.shard(), from.shards()};
  if (!checks.passed()) return checks.error();
  return record;
}

DeadLetter cut_to(DeadLetter letter, std::size_t bytes_max) {
  const std::size_t value_bytes_max = bytes_max - std::min(bytes_max, beside_bytes_max);
  const std::size_t bytes = letter.key.size() + letter.value.size();
  letter.topic.resize(std::min(letter.topic.size(), topic_bytes_max));
  letter.key.resize(std::min(letter.key.size(), key_bytes_max));
  letter.value.resize(std::min(letter.value.size(), value_bytes_max));
  if (letter.trace.size() > trace_bytes_max) letter.trace.clear();
  letter.cause.resize(std::min(letter.cause.size(), cause_bytes_max));
  const std::size_t kept = letter.key.size() + letter.value.size();
  if (kept == bytes) return letter;
  letter.cut = true;
  letter.cause += "; cut: " + std::to_string(kept) + " of " + std::to_string(bytes) +
                  " bytes of its key and value are kept";
  return letter;
}

std::string encode(const DeadLetter& letter) {
  v1::DeadLetter to;
  to.set_version(record_version);
  to.set_topic(letter.topic);
  to.set_partition(letter.partition);
  to.set_offset(letter.offset);
  to.set_key(letter.key);
  to.set_value(letter.value);
  to.set_trace(letter.trace);
  to.set_error_number(error_row(letter.code).number);
  to.set_cause(letter.cause);
  to.set_tries(letter.tries);
  to.set_failed_at_ms(ms(letter.failed_at));
  to.set_cut(letter.cut);
  return serialized(to);
}

// The record inside was given up, perhaps because it cannot be read: its bytes are not judged.
Result<DeadLetter> decode_dead_letter(std::string_view bytes) {
  v1::DeadLetter from;
  if (auto parsed = parse_into(from, bytes); !parsed) return std::move(parsed).error();
  WireChecks checks;
  DeadLetter letter{checks.text(from.topic(), topic_bytes_max, "topic"),
                    from.partition(),
                    from.offset(),
                    from.key(),
                    from.value(),
                    from.trace(),
                    code_of(from.error_number(), checks),
                    from.cause(),
                    from.tries(),
                    checks.time(from.failed_at_ms(), "failed_at"),
                    from.cut()};
  if (letter.key.size() > key_bytes_max || letter.trace.size() > trace_bytes_max) {
    checks.wrong("key or trace", "is too long");
  }
  if (!checks.passed()) return checks.error();
  return letter;
}

}  // namespace gochat::protocol
