#include "protocol/strict_json.hpp"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <vector>

#include "base/utf8.hpp"
#include "domain/limits.hpp"

namespace gochat::protocol::strict {
namespace {

using simdjson::dom::element_type;

constexpr std::size_t shown_bytes_max = 64;
// A thread keeps what one full frame needs; a larger body pays for its own.
constexpr std::size_t kept_bytes_max = limits::frame_bytes_max;

Error invalid(std::string hint) { return refused(ErrorCode::invalid_params, std::move(hint)); }

std::string shown(std::string_view text) {
  return std::string{first_code_points(text.substr(0, 4 * shown_bytes_max), shown_bytes_max)};
}

Error parse_error(simdjson::error_code code) {
  switch (code) {
    case simdjson::DEPTH_ERROR:
      return invalid("JSON is nested deeper than " + std::to_string(depth_max));
    case simdjson::UTF8_ERROR:
      return invalid("JSON is not valid UTF-8");
    case simdjson::NUMBER_ERROR:
      return invalid("JSON holds a number that is none or too large");
    case simdjson::MEMALLOC:
    case simdjson::CAPACITY:
      return refused(ErrorCode::too_large, "JSON is too large");
    default:
      return invalid("JSON is malformed");
  }
}

// The member that is named twice, if any.
std::optional<std::string_view> twice(object members) {
  std::vector<std::string_view> keys;
  for (const auto member : members) keys.push_back(member.key);
  std::sort(keys.begin(), keys.end());
  const auto found = std::adjacent_find(keys.begin(), keys.end());
  if (found == keys.end()) return std::nullopt;
  return *found;
}

// Which of 64 bits a name falls on. An object whose names fall on different bits names none twice,
// which is almost every frame; the others are sorted.
std::uint64_t name_bit(std::string_view name) {
  if (name.empty()) return 1;
  const auto first = static_cast<unsigned char>(name.front());
  const auto last = static_cast<unsigned char>(name.back());
  return std::uint64_t{1} << ((name.size() * 7 + first * 3U + last) % 64);
}

// What simdjson does not check. `escapes`: the text holds \ud..., of which a lone half makes bytes
// that are not UTF-8. Recursion is bounded by depth_max.
class Check {
 public:
  explicit Check(bool escapes) : escapes_{escapes} {}

  std::optional<Error> operator()(const element& value, std::size_t depth = 1) const {
    switch (value.type()) {
      case element_type::OBJECT:
        if (depth > depth_max) return parse_error(simdjson::DEPTH_ERROR);
        return members(value.get_object().value_unsafe(), depth);
      case element_type::ARRAY:
        if (depth > depth_max) return parse_error(simdjson::DEPTH_ERROR);
        for (const auto item : value.get_array().value_unsafe()) {
          if (auto wrong = (*this)(item, depth + 1)) return wrong;
        }
        return std::nullopt;
      case element_type::STRING:
        return text(value.get_string().value_unsafe());
      default:
        return std::nullopt;
    }
  }

 private:
  std::optional<Error> members(object from, std::size_t depth) const {
    std::uint64_t seen = 0;
    bool may_repeat = false;
    for (const auto member : from) {
      const auto bit = name_bit(member.key);
      may_repeat = may_repeat || (seen & bit) != 0;
      seen |= bit;
      if (escapes_) {
        if (auto wrong = text(member.key)) return wrong;
      }
      if (auto wrong = (*this)(member.value, depth + 1)) return wrong;
    }
    if (!may_repeat) return std::nullopt;
    if (const auto name = twice(from)) {
      return invalid("JSON names the member \"" + shown(*name) + "\" twice");
    }
    return std::nullopt;
  }

  std::optional<Error> text(std::string_view value) const {
    if (escapes_ && !count_code_points(value)) {
      return invalid("JSON holds an escape that is not valid UTF-8");
    }
    return std::nullopt;
  }

  bool escapes_;
};

// simdjson reads up to its padding past the end.
struct Workplace {
  simdjson::dom::parser parser;
  simdjson::dom::document document;
  std::string padded;

  Result<element> parse(std::string_view json, simdjson::dom::document& into) {
    if (parser.capacity() == 0) {
      if (parser.allocate(kept_bytes_max, depth_max + 1)) return ErrorCode::unavailable;
    }
    padded.resize(std::max(padded.size(), json.size() + simdjson::SIMDJSON_PADDING));
    std::memcpy(padded.data(), json.data(), json.size());
    std::memset(padded.data() + json.size(), 0, simdjson::SIMDJSON_PADDING);
    element root;
    const auto code = parser.parse_into_document(into, padded.data(), json.size(), false).get(root);
    if (code) return parse_error(code);
    if (auto wrong = Check{json.find("\\u") != std::string_view::npos}(root)) {
      return *std::move(wrong);
    }
    return root;
  }
};

Workplace& workplace() {
  thread_local Workplace place;
  return place;
}

}  // namespace

Result<element> parse(std::string_view json, simdjson::dom::document& document) {
  if (json.size() <= kept_bytes_max) return workplace().parse(json, document);
  Workplace own;
  return own.parse(json, document);
}

Result<element> parse(std::string_view json) {
  if (json.size() > kept_bytes_max) return refused(ErrorCode::too_large, "JSON is too large");
  auto& place = workplace();
  return place.parse(json, place.document);
}

Result<std::string_view> as_text(const element& value, std::string_view name) {
  std::string_view text;
  if (value.get_string().get(text)) return invalid(std::string{name} + " is a string");
  return text;
}

Result<std::int64_t> as_integer(const element& value, std::string_view name) {
  std::int64_t number = 0;
  if (value.get_int64().get(number)) return invalid(std::string{name} + " is a whole number");
  return number;
}

Result<bool> as_boolean(const element& value, std::string_view name) {
  bool yes = false;
  if (value.get_bool().get(yes)) return invalid(std::string{name} + " is true or false");
  return yes;
}

Result<std::int64_t> as_id(const element& value, std::string_view name) {
  if (value.is_number()) {
    return invalid(std::string{name} + " is an id, and ids are strings: write \"123\", not 123");
  }
  std::string_view text;
  std::int64_t number = 0;
  const bool is_text = !value.get_string().get(text);
  const auto* end = text.data() + text.size();
  const bool is_decimal = is_text && !text.empty() && text[0] >= '1' && text[0] <= '9';
  const auto [stop, error] =
      is_decimal ? std::from_chars(text.data(), end, number) : std::from_chars_result{};
  if (!is_decimal || error != std::errc{} || stop != end) {
    return invalid(std::string{name} + " is an id: a string of decimal digits");
  }
  return number;
}

bool agree(const element& a, const element& b) {
  if (a.type() != b.type()) return false;
  switch (a.type()) {
    case element_type::STRING:
      return a.get_string().value_unsafe() == b.get_string().value_unsafe();
    case element_type::INT64:
      return a.get_int64().value_unsafe() == b.get_int64().value_unsafe();
    case element_type::BOOL:
      return a.get_bool().value_unsafe() == b.get_bool().value_unsafe();
    default:
      return false;
  }
}

Error disagreement(std::string_view name, std::string_view other) {
  return invalid(std::string{name} + " and " + std::string{other} + " disagree");
}

Members::Members(std::optional<object> from, std::span<const Spelling> spellings)
    : spellings_{spellings} {
  if (!from) return;
  for (const auto member : *from) {
    const auto spelling = std::find_if(spellings.begin(), spellings.end(),
                                       [&](const Spelling& s) { return s.name == member.key; });
    if (spelling == spellings.end() || member.value.is_null()) continue;
    auto& slot = values_[spelling->slot];
    if (slot && !agree(*slot, member.value)) {
      fail(disagreement(name(spelling->slot), "its other spelling"));
    }
    slot = member.value;
  }
}

std::string_view Members::name(std::uint8_t slot) const {
  return std::find_if(spellings_.begin(), spellings_.end(),
                      [&](const Spelling& s) { return s.slot == slot; })
      ->name;
}

void Members::need(std::uint8_t slot) {
  if (!has(slot)) fail(invalid(std::string{name(slot)} + " is missing"));
}

void Members::fail(Error error) {
  if (!error_) error_ = std::move(error);
}

template <class Read>
auto Members::read(std::uint8_t slot, Read reader)
    -> std::optional<typename decltype(reader(std::declval<const element&>(),
                                              std::string_view{}))::value_type> {
  if (error_ || !values_[slot]) return std::nullopt;
  auto value = reader(*values_[slot], name(slot));
  if (value) return *value;
  fail(std::move(value).error());
  return std::nullopt;
}

std::string_view Members::text(std::uint8_t slot) {
  std::string_view text;
  if (error_ || !values_[slot]) return text;
  if (values_[slot]->get_string().get(text)) fail(as_text(*values_[slot], name(slot)).error());
  return text;
}

std::int64_t Members::id(std::uint8_t slot) { return read(slot, as_id).value_or(0); }

std::optional<bool> Members::boolean(std::uint8_t slot) { return read(slot, as_boolean); }

std::optional<std::uint64_t> Members::count(std::uint8_t slot) {
  const auto number = read(slot, as_integer);
  if (!number) return std::nullopt;
  if (*number < 0) {
    fail(invalid(std::string{name(slot)} + " is below 0"));
    return std::nullopt;
  }
  return static_cast<std::uint64_t>(*number);
}

}  // namespace gochat::protocol::strict
