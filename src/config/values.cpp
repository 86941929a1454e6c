#include "config/values.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <optional>

#include "base/network.hpp"
#include "config/http_url.hpp"
#include "config/key_text.hpp"

namespace gochat::config {
namespace {

constexpr std::size_t text_bytes_max = 4096;
constexpr std::size_t list_items_max = 256;

std::vector<std::string_view> split(std::string_view words) {
  std::vector<std::string_view> all;
  while (!words.empty()) {
    const auto bar = std::min(words.find('|'), words.size());
    all.push_back(words.substr(0, bar));
    words.remove_prefix(std::min(bar + 1, words.size()));
  }
  return all;
}

template <class Number>
std::optional<Number> number(std::string_view text, const Takes& takes) {
  Number value{};
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc{} || stop != end) return std::nullopt;
  const auto as_double = static_cast<double>(value);
  // Written so that what is not a number is refused.
  if (!(as_double >= takes.min && as_double <= takes.max)) return std::nullopt;
  return value;
}

bool is_address_port(const std::string& text) {
  const auto place = parse_listen(text, "");
  return place && IpAddress::parse(place->host);
}

// Also a name, as DNS has them.
bool is_host_port(const std::string& text) {
  constexpr std::size_t name_bytes_max = 253;
  const auto place = parse_listen(text, "");
  if (!place || IpAddress::parse(place->host)) return place.ok();
  const auto is_of_a_name = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
           c == '-' || c == '_';
  };
  const bool numbers = place->host.find_first_not_of("0123456789.") == std::string::npos;
  return !numbers && place->host.size() <= name_bytes_max &&
         std::ranges::all_of(place->host, is_of_a_name);
}

// A scheme, a host and perhaps a port: an origin as browsers write it, which has no path.
bool is_url(std::string_view text) {
  for (const std::string_view scheme : {"http://", "https://"}) {
    if (!text.starts_with(scheme)) continue;
    const auto host = text.substr(scheme.size());
    return !host.empty() && host.find_first_of("/?#@ \"'\\") == host.npos;
  }
  return false;
}

bool has_shape(const std::string& text, Shape shape) {
  const auto is_control = [](unsigned char c) { return c < 0x20 || c == 0x7f; };
  if (text.size() > text_bytes_max || std::ranges::any_of(text, is_control)) return false;
  switch (shape) {
    case Shape::any:
    case Shape::file:
      return true;
    case Shape::address_port:
      return is_address_port(text);
    case Shape::host_port:
      return is_host_port(text);
    case Shape::network:
      return Network::parse(text).has_value();
    case Shape::url:
      return is_url(text);
    case Shape::http_url:
      return parse_http_url(text).has_value();
    case Shape::key_256_bit:
      return key_from_text(text).has_value();
  }
  return false;
}

bool fits(const std::string& text, const Takes& takes) {
  if (takes.words.empty()) return has_shape(text, takes.shape);
  const auto words = split(takes.words);
  return std::ranges::find(words, text) != words.end();
}

struct Assign {
  const Key& key;
  std::span<const std::string> texts;

  bool operator()(std::string* place) const {
    // Empty is "none" exactly where that is the default.
    const bool none = texts[0].empty() && place->empty();
    if (!none && !fits(texts[0], key.takes)) return false;
    *place = texts[0];
    return true;
  }
  bool operator()(std::vector<std::string>* place) const {
    const bool good =
        texts.size() <= list_items_max && std::ranges::all_of(texts, [&](const std::string& text) {
          return !text.empty() && fits(text, key.takes);
        });
    if (good) place->assign(texts.begin(), texts.end());
    return good;
  }
  bool operator()(bool* place) const {
    const auto words = split(key.takes.words);
    const bool is_true = texts[0] == words[0] || texts[0] == "true";
    if (!is_true && texts[0] != words[1] && texts[0] != "false") return false;
    *place = is_true;
    return true;
  }
  template <class Number>
  bool operator()(Number* place) const {
    const auto value = number<Number>(texts[0], key.takes);
    if (value) *place = *value;
    return value.has_value();
  }
};

std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

struct Write {
  const Key& key;
  Notation notation;

  std::string operator()(const std::string* text) const {
    if (key.traits.secret && !text->empty()) return quoted("(set)");
    const bool plain = !key.takes.words.empty() && notation == Notation::yaml;
    return plain ? *text : quoted(*text);
  }
  std::string operator()(const std::vector<std::string>* texts) const {
    std::string out = "[";
    for (const std::string& text : *texts) out += (out.size() > 1 ? ", " : "") + quoted(text);
    return out + "]";
  }
  std::string operator()(const bool* value) const {
    if (notation == Notation::json && key.takes.words == "on|off") return *value ? "true" : "false";
    const std::string word{split(key.takes.words)[*value ? 0 : 1]};
    return notation == Notation::yaml ? word : quoted(word);
  }
  template <class Number>
  std::string operator()(const Number* value) const {
    const auto as_double = static_cast<double>(*value);
    // Whole numbers without a fraction or an exponent, whatever their type.
    if (as_double == std::floor(as_double)) return fmt::format("{:.0f}", as_double);
    return fmt::format("{}", *value);
  }
};

std::string readable(double number) {
  if (number == std::floor(number)) return fmt::format("{:.0f}", number);
  return fmt::format("{}", number);
}

std::string words_for_people(std::string_view words) {
  const auto all = split(words);
  std::string out;
  for (std::size_t n = 0; n < all.size(); ++n) {
    out += n == 0 ? "" : n + 1 == all.size() ? " or " : ", ";
    out += all[n];
  }
  return out;
}

std::string shape_for_people(Shape shape) {
  switch (shape) {
    case Shape::address_port:
      return "address:port, such as 127.0.0.1:8080 or [::]:8080";
    case Shape::host_port:
      return "host:port, such as 192.0.2.1:6379 or redis.example.org:6379";
    case Shape::network:
      return "an address or a network, such as 10.0.0.0/8";
    case Shape::url:
      return "scheme and host, such as https://chat.example.org";
    case Shape::http_url:
      return "a URL that begins with http://; a proxy on this machine adds TLS";
    case Shape::file:
      return "a path";
    case Shape::key_256_bit:
      return "256 bits as 64 hex digits or 44 of base64: openssl rand -hex 32";
    case Shape::any:
      break;
  }
  return "text in one line";
}

}  // namespace

bool assign(const Key& key, Config& config, std::span<const std::string> texts) {
  const Member member = key.member(config);
  const bool list = std::holds_alternative<std::vector<std::string>*>(member);
  if (!list && texts.size() != 1) return false;
  return std::visit(Assign{key, texts}, member);
}

std::string what_it_takes(const Key& key) {
  Config any;
  const Member member = key.member(any);
  std::string one;
  if (!key.takes.words.empty()) {
    one = words_for_people(key.takes.words);
  } else if (std::holds_alternative<std::string*>(member) || key.is_list()) {
    one = shape_for_people(key.takes.shape);
  } else {
    const bool whole = !std::holds_alternative<double*>(member);
    one = fmt::format("a {}number from {} to {}", whole ? "whole " : "", readable(key.takes.min),
                      readable(key.takes.max));
  }
  return key.is_list() ? "a list, each " + one : one;
}

std::string written(const Key& key, const Config& config, Notation notation) {
  Config copy = config;
  return std::visit(Write{key, notation}, key.member(copy));
}

bool same(const Key& key, const Config& a, const Config& b) {
  Config left = a;
  Config right = b;
  const Member other = key.member(right);
  return std::visit(
      [&](auto* value) { return *value == *std::get<std::decay_t<decltype(value)>>(other); },
      key.member(left));
}

void copy(const Key& key, const Config& from, Config& to) {
  Config source = from;
  const Member member = key.member(source);
  std::visit([&](auto* value) { *value = *std::get<std::decay_t<decltype(value)>>(member); },
             key.member(to));
}

}  // namespace gochat::config
