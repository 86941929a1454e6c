#include "logic/expiry.hpp"

#include "base/log.hpp"

namespace gochat::logic {

Task<> Expiry::run_once() {
  const auto now = clock_.now();
  bool more = true;
  while (more && leads_.held()) {
    const auto sessions = co_await sessions_.delete_expired(now - sessions_kept, slice_rows);
    const auto keys = co_await keys_.delete_expired(now - answers_kept, slice_rows);
    if (!sessions || !keys) {
      const auto& error = sessions ? keys.error() : sessions.error();
      log::warn("expired rows stay until the next round", {{log::Field::reason, error.detail}});
      co_return;
    }
    more = *sessions == slice_rows || *keys == slice_rows;
  }
}

}  // namespace gochat::logic
