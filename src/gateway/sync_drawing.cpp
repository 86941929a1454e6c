#include "gateway/sync_drawing.hpp"

#include "gateway/frames.hpp"

namespace gochat::gateway {

void SyncDrawing::begin(Session& session, protocol::Sync request, std::string re) {
  if (session.syncing) {
    const Error busy = refused(ErrorCode::in_progress, "a sync of this socket is running");
    rooms_.delivery.say(session, protocol::ErrorFrame{busy}, re);
    return;
  }
  auto& cursors = collected_[session.id];
  // Cursors into another history say nothing about this one: everything is news.
  const bool same_history = request.epoch.empty() || request.epoch == epoch_;
  for (auto& position : request.positions) {
    if (same_history)
      cursors.push_back({std::move(position.conversation), position.seq, position.event_no});
  }
  if (cursors.size() > limits_.cursors_max) {
    collected_.erase(session.id);
    const Error many = refused(ErrorCode::too_large, "sync: more cursors than one sync may have");
    rooms_.delivery.say(session, protocol::ErrorFrame{many}, re);
    return;
  }
  if (request.more) return;
  session.syncing = true;
  auto all = std::move(cursors);
  collected_.erase(session.id);
  rooms_.gate.spawn(draw(session.id, session.caller, std::move(all), std::move(re)));
}

void SyncDrawing::gone(Session& session) { collected_.erase(session.id); }

bool SyncDrawing::say(ConnectionId id, const protocol::ServerFrame& frame, std::string_view re) {
  Session* session = rooms_.sessions.find(id);
  if (!session) return false;
  rooms_.delivery.say(*session, frame, re);
  return true;
}

Task<> SyncDrawing::draw(ConnectionId id, Caller caller, std::vector<SyncCursor> cursors,
                         std::string re) {
  auto news = co_await rooms_.messages.news(caller, std::move(cursors));
  if (news) {
    for (SyncedConversation& one : *news) {
      const bool there = co_await draw_one(id, caller, std::move(one), re);
      if (!there) co_return;
    }
    say(id, protocol::SyncResult{{}, epoch_, true}, re);
  } else {
    say(id, protocol::ErrorFrame{news.error()}, re);
  }
  if (Session* session = rooms_.sessions.find(id)) session->syncing = false;
}

// One conversation: with a cursor ascending from it to the head, without one the newest page.
Task<bool> SyncDrawing::draw_one(ConnectionId id, Caller caller, SyncedConversation news,
                                 std::string re) {
  HistoryQuery query{.conversation = news.listed.conversation.head.id};
  const bool from_cursor = news.known;
  if (from_cursor) {
    query.after = news.from.seq;
    query.after_event = news.from.event_no;
  }
  for (;;) {
    const bool there = co_await room_.wait(id);
    if (!there) co_return false;
    auto page = co_await rooms_.messages.history(caller, query);
    if (!page) {
      // One conversation that cannot be read must not end the sync of the others.
      co_return say(id, protocol::ErrorFrame{page.error()}, re);
    }
    const PageParts parts{*page};
    const std::array one{protocol::SyncedView{view_of(news.listed), parts.view(), news.left}};
    if (!say(id, protocol::SyncResult{one, epoch_, false}, re)) co_return false;
    if (!from_cursor || !page->has_more) co_return true;
    query.after = page->up_to_seq;
    query.after_event = page->event_no;
  }
}

}  // namespace gochat::gateway
