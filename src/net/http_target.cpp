#include "net/http_target.hpp"

#include <algorithm>

#include "net/utf8_check.hpp"

namespace gochat::net {

namespace {

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

enum class Part { path_segment, query };

std::optional<std::string> decoded(std::string_view text, Part part) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size(); ++at) {
    char c = text[at];
    if (c == '+' && part == Part::query) {
      c = ' ';
    } else if (c == '%') {
      if (text.size() - at < 3) return std::nullopt;
      const int high = hex_digit(text[at + 1]);
      const int low = hex_digit(text[at + 2]);
      if (high < 0 || low < 0) return std::nullopt;
      c = static_cast<char>(high << 4 | low);
      at += 2;
      if (part == Part::path_segment && c == '/') return std::nullopt;
    }
    // A parameter may be multi-line text that a form sent; a path may not.
    const auto byte = static_cast<unsigned char>(c);
    const bool control = byte == 0x7F || (byte < 0x20 && part == Part::path_segment);
    if (byte == 0 || control) return std::nullopt;
    out += c;
  }
  if (!is_utf8(out)) return std::nullopt;
  return out;
}

bool append_path(std::string& path, std::string_view encoded) {
  while (!encoded.empty()) {
    encoded.remove_prefix(1);  // its slash
    const std::size_t end = std::min(encoded.find('/'), encoded.size());
    const auto segment = decoded(encoded.substr(0, end), Part::path_segment);
    if (!segment || *segment == "." || *segment == "..") return false;
    path += '/';
    path += *segment;
    encoded.remove_prefix(end);
  }
  return true;
}

}  // namespace

std::optional<HttpTarget> parse_target(std::string_view target, std::size_t params_max) {
  if (target.empty() || target.front() != '/') return std::nullopt;
  const std::size_t mark = std::min(target.find('?'), target.size());
  HttpTarget parsed;
  if (!append_path(parsed.path, target.substr(0, mark))) return std::nullopt;
  std::string_view query = target.substr(std::min(mark + 1, target.size()));
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    if (parsed.query.size() == params_max) return std::nullopt;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto key = decoded(pair.substr(0, equals), Part::query);
    auto value = decoded(pair.substr(std::min(equals + 1, pair.size())), Part::query);
    if (!key || !value) return std::nullopt;
    parsed.query.emplace_back(std::move(*key), std::move(*value));
  }
  return parsed;
}

}  // namespace gochat::net
