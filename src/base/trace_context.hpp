// Where in a trace the running code is. It travels with a coroutine: whoever suspends takes it
// along and leaves none behind, whoever is resumed has it again, and what is spawned begins with
// it, where it is recorded. So a call that leaves the process can name its parent, and a line of
// the log its trace, though nobody handed one down to them.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/trace_id.hpp"

namespace gochat::trace {

struct Context {
  TraceId id{};
  std::uint64_t span = 0;
  bool sampled = false;

  // Nothing where the text is no traceparent.
  static Context of_traceparent(std::string_view text) {
    const auto read = Traceparent::read(text);
    return read ? Context{read->id, read->span, read->sampled} : Context{};
  }
  // As above, but only what is sampled, which one character tells: records of all others cost no
  // more than that.
  static Context of_sampled(std::string_view text) {
    return Traceparent::may_be_sampled(text) ? of_traceparent(text) : Context{};
  }
  // Where no span is recorded, the parent that is named is made of the trace itself: it must not be
  // zero.
  std::string traceparent() const {
    return Traceparent{id, span != 0 ? span : id.low() | 1, sampled}.text();
  }
  explicit operator bool() const { return static_cast<bool>(id); }
  bool operator==(const Context&) const = default;
};

namespace detail {
inline constinit thread_local Context current_context;
}

// One that is not sampled serves the log alone.
inline const Context& current() { return detail::current_context; }

// Code inside runs on behalf of that span.
class Scope {
 public:
  explicit Scope(const Context& context) : before_{detail::current_context} {
    detail::current_context = context;
  }
  ~Scope() { detail::current_context = before_; }
  Scope(const Scope&) = delete;
  Scope& operator=(const Scope&) = delete;

 private:
  Context before_;
};

// Stands in every function that suspends on something other than a Task, before it does: nobody who
// runs meanwhile has this coroutine's context, and it has it again when it goes on.
class Kept {
 public:
  Kept() : held_{detail::current_context} { detail::current_context = {}; }
  ~Kept() { detail::current_context = held_; }
  Kept(const Kept&) = delete;
  Kept& operator=(const Kept&) = delete;

 private:
  Context held_;
};

}  // namespace gochat::trace
