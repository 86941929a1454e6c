#include "app/config_verbs.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <utility>

#include "app/backend_tls.hpp"
#include "app/lifecycle.hpp"
#include "app/run_verb.hpp"
#include "app/shared_verbs.hpp"
#include "config/checks.hpp"
#include "config/pages.hpp"
#include "config/values.hpp"
#include "config/words.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::app {
namespace {

constexpr std::string_view help_text =
    R"(What GoChat is told. All but running take the flags of serve.

  gochat config check [--strict] [--json]   every mistake with its place; --strict: also what is unwise
  gochat config print [--json]              every value that is in force, and where it comes from
  gochat config docs [--yaml]               the page of all keys; --yaml: a file of all defaults
  gochat config running [KEY]               what the server that runs has in force, by its --data
  gochat config push FILE|- [--for ROLE]    gives a cluster a document through etcd, if it is in order
  gochat config pull [--for ROLE]           shows it
  gochat config remove [--for ROLE]         takes it away: files and defaults are in force again

check ends with 0 (in order), 1 (it is not), 2 (a file could not be read) or 64 (wrong call).

A document is for all roles, or with --for for gateway, logic, repo or task; docs/operations/cluster.md.

Examples
  gochat config check --config gochat.yaml --profile hardened
  gochat config push limits.yaml --for gateway --config config/cluster/gateway.yaml
  gochat config running log.level --data /var/lib/gochat
)";

void print_problem(std::string_view kind, const config::Problem& problem) {
  protocol::JsonWriter out;
  out.begin_object().member("kind", kind).member("cause", problem.cause);
  out.member("remedy", problem.remedy).end_object();
  fmt::print("{}\n", out.so_far());
}

int exit_of(const std::vector<config::Problem>& problems) {
  if (problems.empty()) return exit_ok;
  if (std::ranges::all_of(problems, &config::Problem::of_usage)) return exit_usage;
  return std::ranges::any_of(problems, &config::Problem::unread) ? exit_could_not_run : exit_failed;
}

// What is in order by itself may name files that are not.
std::vector<config::Problem> problems_of(const config::Reading& reading) {
  std::vector<config::Problem> problems = reading.problems;
  if (!problems.empty()) return problems;
  for (Error& error : judge_tls(reading.config)) {
    problems.push_back({std::move(error.detail), std::move(error.hint), false});
  }
  return problems;
}

int check(const config::Loaded& loaded, bool as_json, bool strict) {
  const auto problems = problems_of(loaded.reading);
  const auto doubts =
      problems.empty() ? config::doubts(loaded.reading.config) : std::vector<config::Problem>{};
  if (as_json) {
    for (const auto& problem : problems) print_problem("problem", problem);
    for (const auto& doubt : doubts) print_problem("doubt", doubt);
  } else {
    complain(problems);
    for (const auto& doubt : doubts) fmt::print(stderr, "gochat: unwise: {}\n", doubt.cause);
    if (problems.empty()) {
      fmt::print("{} in order\n", loaded.file.empty() ? "everything is" : loaded.file + " is");
    }
  }
  if (problems.empty() && strict && !doubts.empty()) return exit_failed;
  return exit_of(problems);
}

int print(const config::Reading& reading, bool as_json) {
  if (!reading.good()) {
    complain(reading.problems);
    return exit_of(reading.problems);
  }
  if (!as_json) {
    fmt::print("{}", config::printed(reading));
    return exit_ok;
  }
  for (const config::InForce& row : config::in_force(reading)) {
    protocol::JsonWriter out;
    out.begin_object().member("key", row.key->name).key("value");
    out.raw(config::written(*row.key, reading.config, config::Notation::json));
    out.member("from", row.from).end_object();
    fmt::print("{}\n", out.so_far());
  }
  return exit_ok;
}

// What a process of a cluster would find in etcd beside its own sources.
void add_shared(config::Loaded& loaded, const std::vector<std::string>& arguments) {
  const config::Config& config = loaded.reading.config;
  if (!loaded.reading.good() || config.server.wiring != "cluster") return;
  if (auto shared = shared_with(config)) {
    loaded = config::load(arguments, *shared);
  } else {
    fmt::print(stderr, "gochat: etcd does not answer, what is shared there is left out: {}\n",
               shared.error().detail);
  }
}

int docs(const std::vector<std::string>& words, bool as_yaml) {
  if (!words.empty()) {
    fmt::print(stderr, "gochat: config docs takes --yaml and nothing else\n");
    return exit_usage;
  }
  fmt::print("{}", as_yaml ? config::default_file() : config::reference_page());
  return exit_ok;
}

}  // namespace

int run_config_verb(const std::vector<std::string>& arguments) {
  std::vector<std::string> rest = arguments;
  if (!rest.empty() && rest.front() == "running") {
    rest.insert(rest.begin(), "config");
    return run_verb(rest);
  }
  if (std::erase(rest, "--help") + std::erase(rest, "-h") != 0) {
    fmt::print("{}", help_text);
    return exit_ok;
  }
  const std::string verb = rest.empty() ? "" : rest.front();
  constexpr std::string_view known[] = {"check", "print", "docs",  "running",
                                        "push",  "pull",  "remove"};
  if (std::ranges::find(known, verb) == std::end(known)) {
    const std::string cause = verb.empty()
                                  ? "config what?"
                                  : fmt::format("config has no verb `{}`{}", config::shown(verb),
                                                config::did_you_mean(config::nearest(verb, known)));
    fmt::print(stderr, "gochat: {}\ngochat: see gochat config --help\n", cause);
    return exit_usage;
  }
  rest.erase(rest.begin());
  if (verb == "docs") {
    const bool as_yaml = std::erase(rest, "--yaml") != 0;
    return docs(rest, as_yaml);
  }
  if (is_shared_verb(verb)) return run_shared_verb(verb, std::move(rest));
  const bool as_json = std::erase(rest, "--json") != 0;
  const bool strict = verb == "check" && std::erase(rest, "--strict") != 0;
  config::Loaded loaded = config::load(rest);
  if (!loaded.words.empty()) {
    fmt::print(stderr, "gochat: `{}` is one word too many; see gochat config --help\n",
               config::shown(loaded.words.front()));
    return exit_usage;
  }
  if (verb == "check") return check(loaded, as_json, strict);
  add_shared(loaded, rest);
  return print(loaded.reading, as_json);
}

}  // namespace gochat::app
