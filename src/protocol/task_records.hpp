// What logic leaves to task, and what task gave up on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "protocol/records.hpp"

namespace gochat::protocol {

// One part of a large group, to be told of one message. Its identity is conversation, seq and
// shard; telling it twice is harmless, since connections drop what they were sent.
struct ShardRecord {
  DownstreamRecord told;  // a message of a group; task adds the receivers
  MemberVersion members;  // in force at the message's seq
  std::uint32_t shard = 0;
  std::uint32_t shards = 1;
};

// The count grows by doubling, so that few memberships change the shard that a member is in: the
// messages of one conversation reach a connection in the order of one lane.
inline constexpr std::size_t shard_members_max = 1'000;
inline constexpr std::uint32_t shards_min = 4;  // so that several processes share any large group
inline constexpr std::uint32_t shards_max = 1'024;
std::uint32_t shards_for(std::size_t members);
std::uint32_t shard_of(UserId user, std::uint32_t shards);

// Shards of one number keep their order.
std::string queue_key(const ShardRecord& record);

struct DeadLetter {
  std::string topic;
  std::int32_t partition = 0;
  std::uint64_t offset = 0;
  std::string key;
  std::string value;
  std::string trace;
  ErrorCode code = ErrorCode::internal;
  std::string cause;
  std::uint32_t tries = 0;
  WallTime failed_at;
  bool cut = false;  // key or value were longer: nothing can be done with it but look
};
// What a letter may weigh as a record, key and trace included, where nobody has said otherwise.
inline constexpr std::size_t letter_bytes_max = 1'000'000;
// What failed may be longer than anything we write. Its cause says what was cut.
DeadLetter cut_to(DeadLetter letter, std::size_t bytes_max);

// As records.hpp: decoding trusts nothing.
std::string encode(const ShardRecord& record);
Result<ShardRecord> decode_shard(std::string_view bytes);
std::string encode(const DeadLetter& letter);
Result<DeadLetter> decode_dead_letter(std::string_view bytes);

}  // namespace gochat::protocol
