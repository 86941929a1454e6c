#include <fmt/format.h>

#include <algorithm>

#include "config/read.hpp"
#include "config/words.hpp"

namespace gochat::config {
namespace {

const Key* key_of_flag(std::string_view flag) {
  for (const Key& key : keys()) {
    if (!key.traits.flag.empty() && key.traits.flag == flag) return &key;
  }
  return flag.starts_with("--") ? find_key(flag.substr(2)) : nullptr;
}

std::string_view nearest_flag(std::string_view flag, std::vector<std::string>& names) {
  names = {"--config", "--help", "--version"};
  for (const Key& key : keys()) {
    if (!key.traits.flag.empty()) names.emplace_back(key.traits.flag);
    if (!key.traits.secret) names.push_back("--" + std::string{key.name});
  }
  const std::vector<std::string_view> known{names.begin(), names.end()};
  return nearest(flag, known);
}

std::vector<std::string> split_list(std::string_view text) {
  std::vector<std::string> items;
  while (!text.empty()) {
    const auto comma = std::min(text.find(','), text.size());
    items.emplace_back(text.substr(0, comma));
    text.remove_prefix(std::min(comma + 1, text.size()));
  }
  return items;
}

// GOCHAT_X_SERVICE_HOST, GOCHAT_X_PORT and the like are put into every container of a Kubernetes
// namespace in which a service is called gochat-x; they are not meant for us.
bool is_of_kubernetes(std::string_view variable) {
  return variable.find("_SERVICE_") != variable.npos || variable.ends_with("_PORT") ||
         variable.find("_PORT_") != variable.npos;
}

void unknown_variable(const std::string& variable, Gathered& out) {
  const auto in_section = std::ranges::any_of(sections(), [&](std::string_view section) {
    std::string prefix = "GOCHAT_";
    for (const char c : section) prefix += static_cast<char>(c - 'a' + 'A');
    return variable.starts_with(prefix + "_");
  });
  std::vector<std::string> names;
  for (const Key& key : keys()) names.push_back(key.variable());
  const std::vector<std::string_view> known{names.begin(), names.end()};
  const auto meant = nearest(variable, known);
  // Variables of other programs of this house have no section of ours and are near to nothing.
  if (is_of_kubernetes(variable) || (!in_section && meant.empty())) return;
  out.problems.push_back(
      {fmt::format("environment: unknown variable {}{}", shown(variable), did_you_mean(meant)),
       {},
       false});
}

}  // namespace

CommandLine read_flags(const std::vector<std::string>& arguments) {
  CommandLine out;
  const auto complain = [&](std::string cause, std::string remedy = {}) {
    out.problems.push_back({std::move(cause), std::move(remedy), true});
  };
  for (std::size_t n = 0; n < arguments.size(); ++n) {
    const std::string& argument = arguments[n];
    if (!argument.starts_with('-') || argument == "-") {
      out.words.push_back(argument);
      continue;
    }
    const auto equals = argument.find('=');
    const std::string name = argument.substr(0, equals);
    const Key* key = key_of_flag(name);
    if (key && key->traits.secret) {
      complain(fmt::format("{} would show a secret to everybody who lists processes", name),
               fmt::format("set {} or {}_FILE instead", key->variable(), key->variable()));
    } else if (!key && name != "--config") {
      std::vector<std::string> names;
      complain(
          fmt::format("unknown flag `{}`{}", shown(name), did_you_mean(nearest_flag(name, names))),
          "see gochat --help; every key of gochat config docs is a flag, as --section.key");
    }
    const bool joined = equals != std::string::npos;
    if (!joined && (n + 1 == arguments.size() || arguments[n + 1].starts_with("--"))) {
      if (key || name == "--config") complain(fmt::format("{} needs a value", name));
      continue;
    }
    std::string value = joined ? argument.substr(equals + 1) : arguments[++n];
    if (name == "--config") {
      out.file = std::move(value);
    } else if (key && !key->traits.secret) {
      auto texts = key->is_list() ? split_list(value) : std::vector{std::move(value)};
      out.given.push_back({key, std::move(texts), name, false, true});
    }
  }
  return out;
}

Gathered read_environment(const Environment& environment) {
  Gathered out;
  for (const auto& [variable, value] : environment) {
    const Key* found = nullptr;
    bool secret_file = false;
    for (const Key& key : keys()) {
      const std::string name = key.variable();
      if (variable == name || variable == key.traits.foreign_variable) found = &key;
      if (key.traits.secret && variable == name + "_FILE") {
        found = &key;
        secret_file = true;
      }
    }
    if (!found) {
      unknown_variable(variable, out);
      continue;
    }
    auto texts = found->is_list() ? split_list(value) : std::vector{value};
    // The later one is stronger.
    const bool foreign = variable == found->traits.foreign_variable;
    out.given.insert(foreign ? out.given.begin() : out.given.end(),
                     {found, std::move(texts), variable, secret_file, false});
  }
  return out;
}

}  // namespace gochat::config
