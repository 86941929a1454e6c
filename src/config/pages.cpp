#include "config/pages.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "config/profiles.hpp"
#include "config/values.hpp"

namespace gochat::config {
namespace {

constexpr std::size_t comment_column = 44;

constexpr std::string_view file_head =
    R"(# Every key of GoChat with its default. The server needs none of this: name in a file of your own
# what you change, and start it with --config FILE. `gochat config check` tells whether a file is in
# order. Written by `gochat config docs --yaml`.
)";

constexpr std::string_view page_head = R"(# Configuration
GoChat runs without any. Every key has a default, and is given in one of four ways, the later ones stronger:

1. a profile, which is a set of defaults: `--profile hardened`;
2. a YAML file of sections and keys, nothing deeper: `--config gochat.yaml`, or `GOCHAT_CONFIG`;
   [config/gochat.yaml](../config/gochat.yaml) has every key with its default;
3. the environment: `server.listen` is `GOCHAT_SERVER_LISTEN`; lists are separated by commas;
4. flags: `--server.listen 127.0.0.1:9000`; those of every day are shorter, and stand in the table.

Secrets are never flags. They stand in the environment, in the file, or in a file of their own, which
`GOCHAT_AUTH_TOKEN_KEY_FILE` or the key `token_key_file` names and which others must not be able to read.

An unknown key, a wrong value, a repeated key or a missing file is an error that names its line and the nearest key;
all errors are told at once, and nothing starts. `gochat config check` tells them without starting anything (0: in
order, 1: it is not, 2: a file could not be read, 64: the call is wrong; `--strict` also fails for what is in order but
unwise). `gochat config print` shows every value that is in force and where it comes from, secrets left out. Both take
the flags of `serve`. Keys marked *at run time* change when the process gets SIGHUP. A cluster may share all but
those marked *of one process*, and secrets, through [documents in etcd](operations/cluster.md#configuration-for-all), which
are stronger than the file and weaker than the environment.

This page is written by `gochat config docs`.
)";

constexpr std::string_view profiles_text = R"(
## Profiles
`default` is for a server among people who know each other. `hardened` is for one that strangers reach. `bench` is for
load tests: it lifts what protects people from each other, and is refused on every address but loopback.
)";

Config of_profile(std::string_view name) {
  Config config;
  config.server.profile = name;
  apply_profile(config.server.profile, config);
  return config;
}

// What takes part in a table must not end its cell.
std::string cell(std::string text) {
  for (auto at = text.find('|'); at != text.npos; at = text.find('|', at + 2)) {
    text.insert(at, 1, '\\');
  }
  return text;
}

std::string row_of(const Key& key) {
  std::string name = fmt::format("`{}`", key.name);
  if (!key.traits.flag.empty()) name += fmt::format("<br>`{}`", key.traits.flag);
  std::string meaning{key.meaning};
  if (key.traits.secret) meaning += " A secret.";
  if (!key.traits.foreign_variable.empty()) {
    meaning += fmt::format(" Also `{}`.", key.traits.foreign_variable);
  }
  if (key.traits.applied == Applied::at_run_time) meaning += " *At run time.*";
  if (key.traits.own) meaning += " *Of one process.*";
  return fmt::format("| {} | `{}` | {} | {} |\n", name, written(key, Config{}),
                     cell(what_it_takes(key)), cell(meaning));
}

std::string profiles_part() {
  std::string text{profiles_text};
  text += "\n| key | default | hardened | bench |\n|---|---|---|---|\n";
  const Config normal;
  const Config hardened = of_profile("hardened");
  const Config bench = of_profile("bench");
  for (const Key& key : keys()) {
    if (key.name == profile_key || (same(key, normal, hardened) && same(key, normal, bench)))
      continue;
    text += fmt::format("| `{}` | `{}` | `{}` | `{}` |\n", key.name, written(key, normal),
                        written(key, hardened), written(key, bench));
  }
  return text;
}

// Calls `line` for each key and `head` where a section begins.
void each_key(const auto& head, const auto& line) {
  std::string_view section;
  for (const Key& key : keys()) {
    if (key.section() != section) head(section = key.section());
    line(key);
  }
}

}  // namespace

std::string default_file() {
  std::string text{file_head};
  each_key([&](std::string_view section) { text += fmt::format("\n{}:\n", section); },
           [&](const Key& key) {
             text += fmt::format("  # {}\n  # Takes {}.\n  {}: {}\n", key.meaning,
                                 what_it_takes(key), key.last(), written(key, Config{}));
           });
  return text;
}

std::string reference_page() {
  std::string text{page_head};
  each_key(
      [&](std::string_view section) {
        text += fmt::format("\n## {}\n| key | default | takes | |\n|---|---|---|---|\n", section);
      },
      [&](const Key& key) { text += row_of(key); });
  return text + profiles_part();
}

std::vector<InForce> in_force(const Reading& reading) {
  const std::string& profile = reading.config.server.profile;
  const Config normal;
  const Config profiled = of_profile(profile);
  std::vector<InForce> all;
  for (const Key& key : keys()) {
    const auto given = reading.origins.find(key.name);
    std::string from = "default";
    if (given != reading.origins.end()) {
      from = given->second;
    } else if (!same(key, normal, profiled)) {
      from = fmt::format("profile {}", profile);
    } else if (!same(key, normal, reading.config)) {
      from = "chosen";
    }
    all.push_back({&key, std::move(from)});
  }
  return all;
}

std::string printed(const Reading& reading) {
  std::string text;
  auto row = in_force(reading);
  auto next = row.begin();
  each_key([&](std::string_view section) { text += fmt::format("{}:\n", section); },
           [&](const Key& key) {
             const std::string line =
                 fmt::format("  {}: {}", key.last(), written(key, reading.config));
             const auto room = std::max(comment_column, line.size() + 2);
             text += fmt::format("{:{}}# {}\n", line, room, (next++)->from);
           });
  return text;
}

}  // namespace gochat::config
