#include "app/shared_verbs.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <iterator>
#include <optional>
#include <utility>

#include "adapters/crypto/system_random.hpp"
#include "app/backend_options.hpp"
#include "app/lifecycle.hpp"
#include "app/shared_configuration.hpp"
#include "async/drive.hpp"
#include "async/loop.hpp"
#include "config/words.hpp"
#include "config/yaml.hpp"

namespace gochat::app {
namespace {

constexpr std::string_view for_flag = "--for";

// etcd for one verb, without a process around it.
class Offline {
 public:
  explicit Offline(etcd::ClientOptions options)
      : client_{loop_.timers(), [this] { return random_.number(); }, std::move(options)} {}

  template <class T>
  T run(Task<T> task) {
    return drive(loop_.context(), std::move(task));
  }
  etcd::Client& client() { return client_; }

 private:
  Loop loop_{"main"};
  crypto::SystemRandom random_;
  etcd::Client client_;
};

int usage(const std::string& cause) {
  fmt::print(stderr, "gochat: {}\ngochat: see gochat config --help\n", cause);
  return exit_usage;
}

int no_etcd(const config::Config& config, const Error& error) {
  fmt::print(stderr, "gochat: etcd at {} does not answer: {}\n",
             fmt::join(config.etcd.endpoints, ", "), error.detail);
  fmt::print(stderr, "gochat: start it, or name another with --etcd.endpoints\n");
  return exit_could_not_run;
}

int not_usable(const Error& error) {
  complain(error);
  return exit_could_not_run;
}

// What is asked for, taken apart.
struct Asked {
  std::string verb;
  std::string name{for_all};  // of the document
  std::vector<std::string> arguments;
  config::Config config;
  std::vector<std::string> operands;

  std::string key() const { return std::string{documents_key} + name; }
  std::string shown() const { return config.etcd.prefix + "/" + key(); }
};

std::optional<int> take_name(Asked& asked) {
  auto& words = asked.arguments;
  const auto at = std::ranges::find_if(words, [](const std::string& word) {
    return word == for_flag || word.starts_with(std::string{for_flag} + "=");
  });
  if (at == words.end()) return std::nullopt;
  auto end = at + 1;
  if (*at != for_flag) {
    asked.name = at->substr(for_flag.size() + 1);
  } else if (end != words.end()) {
    asked.name = *end++;
  } else {
    return usage("--for needs a name: all, gateway, logic, repo or task");
  }
  words.erase(at, end);
  if (is_document(asked.name)) return std::nullopt;
  return usage(fmt::format("--for is `{}`; it takes all, gateway, logic, repo or task",
                           config::shown(asked.name)));
}

// Keys and where they are reached: whether a process may run with them is another question.
std::optional<int> take_configuration(Asked& asked) {
  config::Loaded loaded = config::load(asked.arguments);
  const auto& problems = loaded.reading.problems;
  const bool spoilt = std::ranges::any_of(
      problems, [](const config::Problem& one) { return one.of_usage || one.unread; });
  if (spoilt) return complain(problems);
  asked.config = std::move(loaded.reading.config);
  asked.operands = std::move(loaded.words);
  if (asked.config.server.wiring == "cluster") return std::nullopt;
  fmt::print(stderr, "gochat: config {} is for a cluster, and this is an embedded server\n",
             asked.verb);
  fmt::print(stderr, "gochat: set server.wiring to cluster, or change its file\n");
  return exit_usage;
}

std::optional<std::string> text_of(const std::string& file) {
  if (file == "-") return std::string{std::istreambuf_iterator<char>{std::cin}, {}};
  std::ifstream in{file, std::ios::binary};
  std::string text{std::istreambuf_iterator<char>{in}, {}};
  if (!in && !in.eof()) return std::nullopt;
  return in.is_open() ? std::optional{std::move(text)} : std::nullopt;
}

// With it in the place of what is there under its name.
void put(std::vector<etcd::Entry>& entries, const std::string& key, const std::string& text) {
  const auto there = std::ranges::find(entries, key, &etcd::Entry::key);
  if (there != entries.end()) {
    there->value = text;
  } else {
    entries.push_back({.key = key, .value = text});
  }
}

std::vector<config::Problem> problems_of(const Asked& asked, std::string_view role,
                                         const std::vector<etcd::Entry>& entries) {
  config::Config of_role = asked.config;
  of_role.server.roles = {std::string{role}};
  return config::load(asked.arguments, documents_for(of_role, entries)).reading.problems;
}

// What is wrong with it, and was not wrong before; for every role that would obey it.
std::vector<config::Problem> judge(const Asked& asked, const std::string& text,
                                   std::vector<etcd::Entry> entries) {
  std::vector<etcd::Entry> with = entries;
  put(with, asked.key(), text);
  std::vector<config::Problem> found;
  const auto is_known = [](const std::vector<config::Problem>& known,
                           const config::Problem& problem) {
    return std::ranges::find(known, problem.cause, &config::Problem::cause) != known.end();
  };
  for (const std::string_view role : {"gateway", "logic", "repo", "task"}) {
    if (asked.name != for_all && asked.name != role) continue;
    const auto before = problems_of(asked, role, entries);
    for (config::Problem& problem : problems_of(asked, role, with)) {
      if (!is_known(before, problem) && !is_known(found, problem)) {
        found.push_back(std::move(problem));
      }
    }
  }
  return found;
}

void tell_what_waits(const std::string& text) {
  for (const config::Given& given : config::read_shared({"", text}).given) {
    if (given.key->traits.applied == config::Applied::at_run_time) continue;
    fmt::print("{} is applied when a process starts\n", given.key->name);
  }
}

int push(const Asked& asked) {
  if (asked.operands.size() != 1) return usage("config push takes one file, or - for its input");
  const std::string& file = asked.operands.front();
  const auto text = text_of(file);
  if (!text) {
    fmt::print(stderr, "gochat: {} cannot be read\n", config::shown(file));
    return exit_could_not_run;
  }
  auto options = etcd_options(asked.config);
  if (!options) return not_usable(options.error());
  Offline offline{*std::move(options)};
  auto entries = offline.run(offline.client().list(std::string{documents_key}));
  if (!entries) return no_etcd(asked.config, entries.error());
  if (const auto problems = judge(asked, *text, *std::move(entries)); !problems.empty()) {
    complain(problems);
    fmt::print(stderr, "gochat: nothing was written\n");
    return exit_failed;
  }
  const auto written = offline.run(offline.client().write(asked.key(), *text, etcd::no_lease));
  if (!written) return no_etcd(asked.config, written.error());
  fmt::print("{} is written; every {} takes it within seconds\n", asked.shown(),
             asked.name == for_all ? "process" : asked.name);
  tell_what_waits(*text);
  return exit_ok;
}

int pull(const Asked& asked, bool removes) {
  if (!asked.operands.empty()) {
    return usage(fmt::format("`{}` is one word too many", config::shown(asked.operands.front())));
  }
  auto options = etcd_options(asked.config);
  if (!options) return not_usable(options.error());
  Offline offline{*std::move(options)};
  const auto entry = offline.run(offline.client().read(asked.key()));
  if (!entry) return no_etcd(asked.config, entry.error());
  if (entry->modified == 0) {
    fmt::print(stderr, "gochat: there is no {}\n", asked.shown());
    return exit_failed;
  }
  if (!removes) {
    fmt::print("{}", entry->value);
    return exit_ok;
  }
  const auto erased = offline.run(offline.client().erase(asked.key()));
  if (!erased) return no_etcd(asked.config, erased.error());
  fmt::print("{} is removed; files and defaults are in force again\n", asked.shown());
  return exit_ok;
}

}  // namespace

bool is_shared_verb(std::string_view verb) {
  return verb == "push" || verb == "pull" || verb == "remove";
}

int run_shared_verb(std::string_view verb, std::vector<std::string> arguments) {
  Asked asked;
  asked.verb = verb;
  asked.arguments = std::move(arguments);
  if (const auto wrong = take_name(asked)) return *wrong;
  if (const auto wrong = take_configuration(asked)) return *wrong;
  return verb == "push" ? push(asked) : pull(asked, verb == "remove");
}

Result<config::Documents> shared_with(const config::Config& config) {
  auto options = etcd_options(config);
  if (!options) return std::move(options).error();
  Offline offline{*std::move(options)};
  const auto entries = offline.run(offline.client().list(std::string{documents_key}));
  if (!entries) return entries.error();
  return documents_for(config, *entries);
}

}  // namespace gochat::app
