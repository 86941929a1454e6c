#include "gateway/revocations.hpp"

#include <utility>

#include "base/log.hpp"

namespace gochat::gateway {

Revocations::Revocations(Gate& gate, Timers& timers, Pace pace, Ask ask,
                         std::function<void(const Ended&)> end)
    : timers_{timers},
      pace_{pace},
      ask_{std::move(ask)},
      end_{std::move(end)},
      beat_{gate, timers, pace.every, [this] { return ask_for_all(); }} {}

std::optional<protocol::CloseCode> Revocations::ended(SessionId session) const {
  const auto at = remembered_.find(session);
  if (at == remembered_.end()) return std::nullopt;
  return at->second.code;
}

// To the last page: one that has just started finds all that ended in weeks.
Task<> Revocations::ask_for_all() {
  std::erase_if(remembered_,
                [now = timers_.now()](const auto& it) { return it.second.until < now; });
  while (true) {
    const auto page = co_await ask_(cursor_);
    if (!page) {
      log::warn("revocations unknown", {{log::Field::reason, page.error().detail}});
      co_return;
    }
    if (page->sessions.empty()) co_return;
    const bool goes_on = std::exchange(cursor_, page->cursor) != page->cursor;
    Ended ended;
    for (const RevokedSession& one : page->sessions) {
      const auto code = static_cast<protocol::CloseCode>(one.close_code);
      ended.emplace(one.session, code);
      remembered_[one.session] = {timers_.now() + pace_.remembered, code};
    }
    end_(ended);
    if (!goes_on) co_return;
  }
}

}  // namespace gochat::gateway
