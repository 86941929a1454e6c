#include "app/reach.hpp"

#include <algorithm>
#include <utility>

#include "base/log.hpp"

namespace gochat::app {

Reach::Reach(Gate& gate, Timers& timers, Health& health, std::string what, Ask ask)
    : health_{health},
      what_{std::move(what)},
      ask_{std::move(ask)},
      beat_{gate, timers, interval, [this] { return look(); }} {
  health_.add({what_, [this] { return there(); }});
}

Task<> Reach::look() {
  const auto answer = co_await ask_();
  const bool was_there = there();
  silences_ = answer ? 0 : std::min(silences_ + 1, silences_max);
  if (was_there && !there()) {
    log::error("not ready: a check fails",
               {{log::Field::component, what_}, {log::Field::reason, answer.error().detail}});
  } else if (!was_there && there()) {
    log::info("a check holds again", {{log::Field::component, what_}});
  }
  health_.look();
}

}  // namespace gochat::app
