#include "logic/session_trust.hpp"

#include <utility>

#include "base/log.hpp"

namespace gochat::logic {

namespace {
Error dead() { return refused(ErrorCode::unauthorized, "the session has ended"); }
}  // namespace

SessionTrust::SessionTrust(const RepoApi& repo, Timers& timers, Clock& clock)
    : repo_{repo}, timers_{timers}, clock_{clock}, trusted_{sessions_max}, revoked_{sessions_max} {}

Task<Result<Session>> SessionTrust::alive(SessionId id) {
  if (const MonoTime* until = revoked_.find(id); until && timers_.now() < *until) {
    co_return dead();
  }
  if (const Trusted* trusted = trusted_.find(id); trusted && timers_.now() < trusted->until) {
    if (trusted->session.expires_at <= clock_.now()) co_return dead();
    co_return trusted->session;
  }
  const auto asked_at = timers_.now();
  auto session = co_await repo_.sessions.find(id);
  if (!session) {
    if (session.code() == ErrorCode::not_found) co_return dead();
    co_return session.error();
  }
  if (session->revoked || session->expires_at <= clock_.now()) co_return dead();
  // Revoked while it was being read: the answer may be older than the revocation.
  if (revoked_.find(id)) co_return dead();
  trusted_.put(id, {*session, asked_at + trust});
  co_return session;
}

void SessionTrust::revoked(SessionId id) {
  trusted_.erase(id);
  revoked_.put(id, timers_.now() + remember_revoked);
}

Task<Result<std::size_t>> SessionTrust::revoke(RevokeQuery query) {
  const auto alive = co_await repo_.sessions.list(query.user);
  auto count = co_await repo_.sessions.revoke(query, clock_.now());
  if (!count) co_return count;
  // Without the list the others are still heard of within the watch's pause.
  if (alive) {
    for (const Session& session : *alive) {
      const bool meant = !query.only || session.id == *query.only;
      if (meant && session.id != query.except) revoked(session.id);
    }
  }
  co_return count;
}

Task<> SessionTrust::watch() {
  while (true) {
    auto page = co_await repo_.sessions.revoked_since(cursor_, revoked_page);
    if (!page) {
      // Until it answers again, what is believed runs out after `trust`.
      log::warn("revocations unknown", {{log::Field::reason, page.error().detail}});
      co_return;
    }
    for (const auto& one : page->sessions) revoked(one.session);
    cursor_ = page->cursor;
    if (page->sessions.size() < revoked_page) co_return;
  }
}

}  // namespace gochat::logic
