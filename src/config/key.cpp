#include <algorithm>

#include "config/key_rows.hpp"

namespace gochat::config {

std::string Key::variable() const {
  std::string variable = "GOCHAT_";
  for (const char c : name) {
    variable += c == '.' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return variable;
}

bool Key::is_list() const {
  Config any;
  return std::holds_alternative<std::vector<std::string>*>(member(any));
}

std::span<const Key> keys() {
  static const std::vector<Key> all = [] {
    std::vector<Key> rows;
    for (const auto part : {keys_of_server(), keys_of_cluster(), keys_of_output()}) {
      rows.insert(rows.end(), part.begin(), part.end());
    }
    return rows;
  }();
  return all;
}

const Key* find_key(std::string_view name) {
  const auto found = std::ranges::find(keys(), name, &Key::name);
  return found == keys().end() ? nullptr : &*found;
}

std::vector<std::string_view> sections() {
  std::vector<std::string_view> all;
  for (const Key& key : keys()) {
    if (all.empty() || all.back() != key.section()) all.push_back(key.section());
  }
  return all;
}

}  // namespace gochat::config
