#pragma once

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

namespace gochat::wire {

inline std::filesystem::path folder(const std::string& name) {
  return std::filesystem::path{GOCHAT_WIRE_DIR} / name;
}

// The file's text without the newline at its end.
inline std::string read_file(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (text.ends_with('\n')) text.pop_back();
  return text;
}

inline std::set<std::string> names_in(const std::filesystem::path& path) {
  std::set<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator{path}) {
    names.insert(entry.path().stem().string());
  }
  return names;
}

}  // namespace gochat::wire
