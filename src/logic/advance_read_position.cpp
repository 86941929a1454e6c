#include "logic/advance_read_position.hpp"

#include <utility>

namespace gochat::logic {

Task<Result<Changed>> AdvanceReadPosition::advance(Caller caller, ConversationId id,
                                                   change::Body body) {
  auto changed = co_await changes_.save(id, std::move(body));
  if (changed) co_return changed;
  co_return co_await access_.as_seen_by(caller, std::move(id), changed.error());
}

Task<Result<std::uint64_t>> AdvanceReadPosition::read(Caller caller, ConversationId id,
                                                      std::optional<Seq> to) {
  const change::AdvanceRead body{caller.user, to};
  const auto changed = co_await advance(caller, std::move(id), body);
  if (!changed) co_return changed.error();
  const Conversation& head = changed->head;
  Notice notice{
      head.id, protocol::ReadPush{caller.user, changed->position.read_seq}, {caller.user}};
  if (head.kind == ConversationKind::single) notice.to.push_back(head.peer_of(caller.user));
  std::vector<Notice> notices;
  notices.push_back(std::move(notice));
  co_await fan_out_.tell(std::move(notices));
  const std::uint64_t unread = changed->position.unread(head.last_seq);
  if (unread == 0 || head.kind != ConversationKind::group) co_return unread;
  // Whoever has left has nothing to read of what followed.
  const auto own = co_await access_.reads(caller, head.id);
  if (!own) co_return own.error();
  co_return own->unread();
}

Task<Result<void>> AdvanceReadPosition::acknowledge(Caller caller, ConversationId id, Seq to) {
  const change::Acknowledge body{caller.user, caller.session, to};
  const auto changed = co_await advance(caller, std::move(id), body);
  if (!changed) co_return changed.error();
  const Conversation& head = changed->head;
  if (head.kind != ConversationKind::single) co_return Result<void>{};
  std::vector<Notice> notices;
  notices.push_back({head.id,
                     protocol::DeliveredPush{caller.user, changed->position.ack_seq},
                     {head.peer_of(caller.user)}});
  co_await fan_out_.tell(std::move(notices));
  co_return Result<void>{};
}

}  // namespace gochat::logic
