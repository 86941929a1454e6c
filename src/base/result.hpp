// A value or an Error. Thin over std::expected, so that ignoring one is a compile error.
#pragma once

#include <expected>
#include <utility>

#include "base/assert.hpp"
#include "base/error.hpp"

namespace gochat {

template <class T>
class [[nodiscard]] Result {
 public:
  using value_type = T;

  Result(T value) : state_{std::move(value)} {}  // NOLINT: conversions read as returns
  Result(Error error) : state_{std::unexpected{std::move(error)}} {}           // NOLINT
  Result(ErrorCode code) : state_{std::unexpected{Error{code, {}, {}, 0}}} {}  // NOLINT

  explicit operator bool() const { return state_.has_value(); }
  bool ok() const { return state_.has_value(); }

  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }

  T& value() {
    GOCHAT_ASSERT(state_.has_value());
    return *state_;
  }
  const T& value() const {
    GOCHAT_ASSERT(state_.has_value());
    return *state_;
  }

  const Error& error() const& {
    GOCHAT_ASSERT(!state_.has_value());
    return state_.error();
  }
  Error&& error() && {
    GOCHAT_ASSERT(!state_.has_value());
    return std::move(state_.error());
  }
  ErrorCode code() const { return state_ ? ErrorCode::ok : state_.error().code; }

 private:
  std::expected<T, Error> state_;
};

struct Unit {};

template <>
class [[nodiscard]] Result<void> {
 public:
  using value_type = void;

  Result() = default;
  Result(Unit) {}                                                              // NOLINT
  Result(Error error) : state_{std::unexpected{std::move(error)}} {}           // NOLINT
  Result(ErrorCode code) : state_{std::unexpected{Error{code, {}, {}, 0}}} {}  // NOLINT

  explicit operator bool() const { return state_.has_value(); }
  bool ok() const { return state_.has_value(); }
  const Error& error() const& {
    GOCHAT_ASSERT(!state_.has_value());
    return state_.error();
  }
  Error&& error() && {
    GOCHAT_ASSERT(!state_.has_value());
    return std::move(state_.error());
  }
  ErrorCode code() const { return state_ ? ErrorCode::ok : state_.error().code; }

 private:
  std::expected<void, Error> state_;
};

}  // namespace gochat
