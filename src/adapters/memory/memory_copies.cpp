#include "adapters/memory/memory_copies.hpp"

#include <algorithm>
#include <utility>

#include "base/bytes.hpp"

namespace gochat::memory {

Task<Result<Seq>> MemorySeqProposals::propose(ConversationId conversation, std::uint64_t count) {
  Seq& last = last_.of(conversation);
  last = Seq{last.number() + count};
  co_return last;
}

Task<Result<void>> MemorySeqProposals::correct(ConversationId conversation, Seq last) {
  last_.of(conversation) = last;
  co_return Result<void>{};
}

Task<Result<void>> MemoryHotMessages::put(ConversationId conversation,
                                          std::vector<HotMessage> messages) {
  auto& kept = kept_.of(conversation);
  for (HotMessage& one : messages) kept[one.seq] = std::move(one.text);
  while (kept.size() > limits::hot_messages_max) kept.erase(kept.begin());
  co_return Result<void>{};
}

Task<Result<HotPage>> MemoryHotMessages::below(ConversationId conversation, Seq end,
                                               std::size_t limit) {
  HotPage page;
  const auto* kept = kept_.find(conversation);
  if (kept == nullptr || kept->empty()) co_return page;
  page.newest = HotMessage{kept->rbegin()->first, kept->rbegin()->second};
  for (auto at = kept->lower_bound(end); at != kept->begin() && page.messages.size() < limit;) {
    --at;
    page.messages.push_back({at->first, at->second});
  }
  std::ranges::reverse(page.messages);
  co_return page;
}

Task<Result<void>> MemoryHotMessages::drop(ConversationId conversation) {
  kept_.drop(conversation);
  co_return Result<void>{};
}

Task<Result<std::optional<SetCache::Members>>> MemorySetCache::get(std::string key) {
  const auto held = co_await cache_.get(std::move(key));
  if (!held) co_return held.error();
  if (!*held) co_return std::optional<Members>{};
  Members members;
  members.version = (*held)->version;
  ByteReader in{(*held)->bytes};
  while (in.ok() && !in.at_end()) {
    std::string text{in.text()};
    members.all.push_back({std::move(text), static_cast<std::int64_t>(in.u64())});
  }
  co_return std::optional{std::move(members)};
}

Task<Result<bool>> MemorySetCache::fill(std::string key, Members members, Duration ttl) {
  ByteWriter out;
  for (const Member& one : members.all) {
    out.text(one.text);
    out.u64(static_cast<std::uint64_t>(one.rank));
  }
  co_return co_await cache_.fill(std::move(key), {out.take(), members.version}, ttl);
}

Task<Result<void>> MemorySetCache::invalidate(std::string key, std::uint64_t version,
                                              Duration floor_ttl) {
  co_return co_await cache_.invalidate(std::move(key), version, floor_ttl);
}

}  // namespace gochat::memory
