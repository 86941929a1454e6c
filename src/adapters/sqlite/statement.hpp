// A prepared statement on loan from its connection's cache. Going out of scope resets it and gives
// it back.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "base/result.hpp"

struct sqlite3_stmt;

namespace gochat::sqlite {

using Blob = std::span<const std::byte>;

// Anything with a number() inside, as StrongId has.
template <class T>
concept Numbered = requires(const T& value) {
  { value.number() } -> std::integral;
};

class Statement {
 public:
  // `shelf` is where the statement lies when nobody uses it, and outlives the loan; null: nowhere.
  Statement(sqlite3_stmt* statement, std::vector<sqlite3_stmt*>* shelf)
      : statement_{statement}, shelf_{shelf} {}
  Statement(Statement&& other) noexcept
      : statement_{std::exchange(other.statement_, nullptr)}, shelf_{other.shelf_} {}
  Statement& operator=(Statement&& other) noexcept;
  ~Statement() { give_back(); }

  // Binds every parameter, from the first on; unsigned 64-bit numbers keep their bits. Text and
  // blobs are copied, so the arguments may go.
  template <class... Args>
  [[nodiscard]] Result<void> bind(const Args&... args) {
    return bind_all(Lifetime::copied, args...);
  }

  // True: a row is there to be read. False: it ran to its end.
  Result<bool> step();

  // For statements that answer no rows: binds without copying, runs to the end, resets.
  template <class... Args>
  [[nodiscard]] Result<void> run(const Args&... args) {
    if (auto bound = bind_all(Lifetime::borrowed, args...); !bound) return bound;
    return run_to_end();
  }

  // Ready to be bound and stepped again; a read transaction that it held open ends here.
  void reset();

  std::int64_t int64(int column) const;
  std::uint64_t uint64(int column) const { return static_cast<std::uint64_t>(int64(column)); }
  // Text and blobs stay valid until the next step or reset.
  std::string_view text(int column) const;
  Blob blob(int column) const;
  bool is_null(int column) const;

 private:
  enum class Lifetime : bool { copied, borrowed };

  template <class... Args>
  Result<void> bind_all(Lifetime lifetime, const Args&... args) {
    expect_parameters(sizeof...(args));
    int at = 0;
    int code = 0;
    // Stops at the first failure; 0 is SQLITE_OK.
    static_cast<void>(((code = bind_one(++at, args, lifetime), code == 0) && ...));
    return code == 0 ? Result<void>{} : bind_failed(code);
  }

  template <class T>
  int bind_one(int at, const T& value, Lifetime lifetime) {
    if constexpr (std::is_same_v<T, std::nullptr_t> || std::is_same_v<T, std::nullopt_t>) {
      return bind_null(at);
    } else if constexpr (std::is_enum_v<T>) {
      return bind_int64(at, static_cast<std::int64_t>(value));
    } else if constexpr (std::is_integral_v<T>) {
      return bind_int64(at, static_cast<std::int64_t>(value));
    } else if constexpr (Numbered<T>) {
      return bind_int64(at, static_cast<std::int64_t>(value.number()));
    } else if constexpr (std::is_convertible_v<const T&, std::string_view>) {
      return bind_text(at, value, lifetime);
    } else if constexpr (std::is_convertible_v<const T&, Blob>) {
      return bind_blob(at, value, lifetime);
    } else {
      return value ? bind_one(at, *value, lifetime) : bind_null(at);
    }
  }

  // A wrong number of arguments is a mistake in the code, not a state of the world.
  void expect_parameters(std::size_t count) const;
  int bind_int64(int at, std::int64_t value);
  int bind_text(int at, std::string_view value, Lifetime lifetime);
  int bind_blob(int at, Blob value, Lifetime lifetime);
  int bind_null(int at);
  Error bind_failed(int code);
  Result<void> run_to_end();
  Error step_failed(int code);
  void give_back();

  sqlite3_stmt* statement_;
  std::vector<sqlite3_stmt*>* shelf_;
};

}  // namespace gochat::sqlite
