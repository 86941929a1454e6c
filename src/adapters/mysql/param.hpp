// What is said to the server and with which values.
#pragma once

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>
#include <vector>

#include "base/strong_id.hpp"
#include "domain/ids.hpp"

namespace gochat::mysql {

// The text of a statement that lives as long as the program: a literal, or a static string. A
// connection prepares each of them once and knows them by their text.
class Sql {
 public:
  template <std::size_t size>
  consteval Sql(const char (&text)[size]) : text_{text, size - 1} {}  // NOLINT: reads as text
  static Sql lasting(std::string_view text) { return Sql{text}; }

  std::string_view text() const { return text_; }

 private:
  explicit Sql(std::string_view text) : text_{text} {}
  std::string_view text_;
};

// For columns that are compared byte by byte: ids, client ids, keys.
struct Bytes {
  std::string_view bytes;
};

// One value of a statement. Texts are not copied: they live until the statement has been answered.
class Param {
 public:
  using Value = std::variant<std::nullptr_t, std::int64_t, std::uint64_t, std::string_view, Bytes>;

  Param(std::nullptr_t) : value_{nullptr} {}      // NOLINT: values read as values
  Param(std::string_view text) : value_{text} {}  // NOLINT
  Param(const std::string& text) : value_{std::string_view{text}} {}  // NOLINT
  Param(const char* text) : value_{std::string_view{text}} {}         // NOLINT
  Param(Bytes bytes) : value_{bytes} {}                               // NOLINT
  Param(const ConversationId& id) : value_{Bytes{id.text()}} {}       // NOLINT
  Param(WallTime at) : value_{ms(at)} {}                              // NOLINT
  template <std::integral Number>
  Param(Number number)  // NOLINT
      : value_{std::conditional_t<std::signed_integral<Number>, std::int64_t, std::uint64_t>{
            number}} {}
  template <class Enum>
    requires std::is_enum_v<Enum>
  Param(Enum one) : value_{static_cast<std::int64_t>(one)} {}  // NOLINT
  template <class Tag, class Rep>
  Param(StrongId<Tag, Rep> id) : Param{id.number()} {}  // NOLINT
  template <class T>
  Param(const std::optional<T>& maybe) : Param{nullptr} {  // NOLINT
    if (maybe) *this = Param{*maybe};
  }

  const Value& value() const { return value_; }

 private:
  Value value_;
};
using Params = std::vector<Param>;

}  // namespace gochat::mysql
