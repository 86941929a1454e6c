#include "adapters/redis/redis_seq_proposals.hpp"

#include <utility>

namespace gochat::redis {

Task<Result<Seq>> RedisSeqProposals::propose(ConversationId conversation, std::uint64_t count) {
  auto last = co_await client_.call(
      {.name = "INCRBY", .key = key_of(conversation), .words = {std::to_string(count)}});
  if (!last) co_return std::move(last).error();
  co_return Seq{static_cast<std::uint64_t>(last->number)};
}

Task<Result<void>> RedisSeqProposals::correct(ConversationId conversation, Seq last) {
  auto set =
      co_await client_.call({.name = "SET", .key = key_of(conversation), .words = {last.text()}});
  if (!set) co_return std::move(set).error();
  co_return Result<void>{};
}

}  // namespace gochat::redis
