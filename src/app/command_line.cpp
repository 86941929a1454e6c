#include "app/command_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "app/config_verbs.hpp"
#include "app/lifecycle.hpp"
#include "app/run_verb.hpp"
#include "app/store_verbs.hpp"
#include "app/verbs.hpp"
#include "base/fault.hpp"
#include "bench/command.hpp"
#include "config/read.hpp"

namespace gochat::app {
namespace {

constexpr const char* help_text =
    R"(GoChat, an instant messaging server.

  gochat [serve] [flags]     the whole messenger on this machine
  gochat gateway|logic|repo|task
                             one role of a cluster, in a process of its own
  gochat bench               loads that measure this binary; see gochat bench --help
  gochat config check        every mistake in the configuration; see gochat config --help
  gochat config print        every value that is in force, and where it comes from
  gochat config docs         the page of all keys
  gochat config push|pull|remove
                             what a cluster shares through etcd
  gochat migrate up          the tables of a cluster's database; see gochat migrate --help
  gochat store check|repair  those tables held against each other; see gochat store --help
  gochat faults list         the crash, pause and bug points of a test build; --json
  gochat --version
  gochat --help

To the server that runs; each takes --json, --help and --data
{}
Flags of serve
  --listen ADDRESS:PORT           where clients connect            (127.0.0.1:8080)
  --internal-listen ADDRESS:PORT  health, for the operator         (port + 1000)
  --data FOLDER                   database, keys and lock          ($XDG_DATA_HOME/gochat)
  --log-level LEVEL               debug, info, warn or error       (info)
  --profile NAME                  default, hardened or bench       (default)

Example
  gochat --listen 127.0.0.1:9000 --data ./chat
)";

int list_faults(bool as_json) {
  if (!fault::compiled_in) {
    std::fprintf(stderr,
                 "gochat: this build has no fault points; the presets dev, asan and faults have\n");
    return exit_could_not_run;
  }
  // The texts of the table hold nothing that JSON escapes.
  const auto print = [as_json](std::string_view kind, std::string_view name,
                               std::string_view what) {
    if (as_json) {
      fmt::print("{{\"kind\":\"{}\",\"name\":\"{}\",\"what\":\"{}\"}}\n", kind, name, what);
    } else {
      fmt::print("{:5} {:26} {}\n", kind, name, what);
    }
  };
  for (const auto& row : fault::point_rows) print("point", row.name, row.what);
  for (const auto& row : fault::bug_rows) print("bug", row.name, row.what);
  return exit_ok;
}

bool is_role(std::string_view word) {
  constexpr std::string_view roles[] = {"gateway", "logic", "repo", "task"};
  return std::ranges::find(roles, word) != std::end(roles);
}

// The verb is short for two keys.
std::vector<std::string> as_one_role(std::vector<std::string> words) {
  words.front() = "--server.roles=" + words.front();
  words.insert(words.begin(), "--server.wiring=cluster");
  return words;
}

}  // namespace

int run_command_line(const std::vector<std::string>& arguments) {
  std::vector<std::string> rest = arguments;
  const std::string first = rest.empty() ? "" : rest.front();
  if (first == "--help" || first == "-h" || first == "help") {
    fmt::print(fmt::runtime(help_text), summary_of_verbs(""));
    return exit_ok;
  }
  if (first == "--version" || first == "version") {
    fmt::print("gochat {}\n", GOCHAT_VERSION);
    return exit_ok;
  }
  if (first == "faults") {
    const bool as_json = std::erase(rest, "--json") != 0;
    if (rest.size() == 2 && rest[1] == "list") return list_faults(as_json);
    std::fprintf(stderr, "gochat: faults has one verb: list\n");
    return exit_usage;
  }
  if (first == "config") {
    rest.erase(rest.begin());
    return run_config_verb(rest);
  }
  if (is_noun(first)) return run_verb(rest);
  if (first == "migrate") {
    rest.erase(rest.begin());
    return run_migrate_verb(rest);
  }
  if (first == "store") {
    rest.erase(rest.begin());
    return run_store_verb(rest);
  }
  if (first == "bench") {
    rest.erase(rest.begin());
    return bench::run_command(rest);
  }
  if (first == "serve") rest.erase(rest.begin());
  if (is_role(first)) rest = as_one_role(rest);
  config::Loaded loaded = config::load(rest);
  if (!loaded.words.empty()) {
    std::fprintf(stderr, "gochat: unknown command `%s`; see gochat --help\n",
                 loaded.words.front().c_str());
    return exit_usage;
  }
  if (!loaded.reading.good()) return complain(loaded.reading.problems);
  if (auto armed = fault::arm(fault::from_environment()); !armed) {
    complain(armed.error());
    return exit_usage;
  }
  return serve(std::move(loaded.reading), rest);
}

}  // namespace gochat::app
