#include "app/run_verb.hpp"

#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <functional>
#include <iostream>
#include <map>
#include <optional>
#include <utility>

#include "app/admin_pages.hpp"
#include "app/backend_verbs.hpp"
#include "app/lifecycle.hpp"
#include "app/verbs.hpp"
#include "async/drive.hpp"
#include "base/utf8.hpp"
#include "config/read.hpp"
#include "config/words.hpp"
#include "net/http_client.hpp"
#include "protocol/http_json.hpp"
#include "protocol/json_writer.hpp"

namespace gochat::app {
namespace {

constexpr Duration answer_time_max = std::chrono::seconds{60};

// What was asked for, taken apart.
struct Asked {
  const Verb* verb = nullptr;
  std::map<std::string, std::string, std::less<>> arguments;  // by field
  bool as_json = false;
  std::string data;
};

int usage(const std::string& cause, const std::string& remedy) {
  fmt::print(stderr, "gochat: {}\ngochat: {}\n", cause, remedy);
  return exit_usage;
}

std::string see_help(const Verb& verb) {
  return fmt::format("see gochat {} {} --help", verb.noun, verb.name);
}

std::optional<std::string> first_line_of_stdin() {
  std::string line;
  if (!std::getline(std::cin, line) || line.empty()) return std::nullopt;
  if (line.ends_with('\r')) line.pop_back();
  return line;
}

// Takes this verb's own flags out of `rest`; what is left belongs to the configuration.
std::optional<int> take_flags(Asked& asked, std::vector<std::string>& rest) {
  asked.as_json = std::erase(rest, "--json") != 0;
  for (const VerbFlag& flag : asked.verb->flags) {
    const auto at = std::ranges::find_if(rest, [&](const std::string& word) {
      return word == flag.name || word.starts_with(std::string{flag.name} + "=");
    });
    if (at == rest.end()) continue;
    std::optional<std::string> value;
    auto end = at + 1;
    if (flag.from_stdin) {
      value = first_line_of_stdin();
    } else if (flag.value.empty()) {
      value = "yes";
    } else if (*at != flag.name) {
      value = at->substr(flag.name.size() + 1);
    } else if (end != rest.end()) {
      value = *end++;
    }
    if (!value) {
      const auto cause = flag.from_stdin ? fmt::format("{}: standard input is empty", flag.name)
                                         : fmt::format("{} needs a value", flag.name);
      return usage(cause, see_help(*asked.verb));
    }
    asked.arguments.insert_or_assign(std::string{flag.field}, *std::move(value));
    rest.erase(at, end);
  }
  return std::nullopt;
}

std::optional<int> take_operands(Asked& asked, const std::vector<std::string>& words) {
  const Verb& verb = *asked.verb;
  if (words.size() > verb.operands.size()) {
    return usage(fmt::format("`{}` is one word too many", words[verb.operands.size()]),
                 see_help(verb));
  }
  for (std::size_t n = 0; n < verb.operands.size(); ++n) {
    const Operand& operand = verb.operands[n];
    if (n < words.size()) {
      asked.arguments.insert_or_assign(std::string{operand.field}, words[n]);
    } else if (operand.required()) {
      return usage(fmt::format("{} is missing", operand.shown), see_help(verb));
    }
  }
  return std::nullopt;
}

std::string body_of(const Asked& asked, const std::string& after) {
  protocol::JsonWriter out;
  out.begin_object();
  for (const auto& [field, value] : asked.arguments) out.member(field, value);
  if (!after.empty()) out.member("after", after);
  out.end_object();
  return std::move(out).take();
}

std::string value_of(const protocol::JsonObject& row, std::string_view field) {
  if (const auto text = row.text({field}); text) return std::string{text->value_or("")};
  if (const auto number = row.integer({field}); number && *number) return fmt::to_string(**number);
  if (const auto flag = row.boolean({field}); flag && *flag) return **flag ? "yes" : "no";
  return {};
}

void print_row(const Verb& verb, const auto& cell_of) {
  std::string line;
  for (const Column& column : verb.columns) {
    const std::string cell = cell_of(column);
    line += cell;
    if (column.width == 0) break;
    const std::size_t wide = count_code_points(cell).value_or(cell.size());
    line.append(column.width + 2 - std::min(wide, column.width), ' ');
  }
  line.resize(line.find_last_not_of(' ') + 1);
  fmt::print("{}\n", line);
}

void print_told(const Verb& verb, const protocol::JsonObject& row) {
  std::string line{verb.told};
  for (auto open = line.find('{'); open != line.npos; open = line.find('{', open)) {
    const auto close = line.find('}', open);
    const std::string value = value_of(row, line.substr(open + 1, close - open - 1));
    line.replace(open, close + 1 - open, value);
    open += value.size();
  }
  fmt::print("{}\n", line);
  const std::string password = value_of(row, "password");
  if (!password.empty()) fmt::print("password: {}\n", password);
}

void print_lines(const Asked& asked, std::string_view lines) {
  if (asked.as_json) {
    fmt::print("{}", lines);
    return;
  }
  while (!lines.empty()) {
    const auto end = std::min(lines.find('\n'), lines.size());
    const auto row = protocol::JsonObject::parse(lines.substr(0, end));
    lines.remove_prefix(std::min(end + 1, lines.size()));
    if (!row) continue;
    if (asked.verb->is_list()) {
      print_row(*asked.verb, [&](const Column& column) { return value_of(*row, column.field); });
    } else {
      print_told(*asked.verb, *row);
    }
  }
}

int no_server(const std::string& data, int reason) {
  if (reason == EACCES || reason == EPERM) {
    fmt::print(stderr, "gochat: {} belongs to another user\n", data);
    fmt::print(stderr, "gochat: run this as the user of the server, or as root\n");
  } else {
    fmt::print(stderr, "gochat: no server runs in {}\n", data);
    fmt::print(stderr,
               "gochat: start it with gochat serve --data {}, or name the folder of another with "
               "--data\n",
               data);
  }
  return exit_could_not_run;
}

// What a page answered, whoever has it.
struct Heard {
  int status = 0;
  std::string body{};
  std::string next{};
};

int told_off(const Heard& heard) {
  const auto body = protocol::JsonObject::parse(heard.body);
  const std::string message = body ? value_of(*body, "message") : std::string{};
  fmt::print(stderr, "gochat: {}\n",
             message.empty() ? fmt::format("the server answered {}", heard.status) : message);
  return exit_failed;
}

std::string path_of(const Verb& verb) { return fmt::format("/{}/{}", verb.noun, verb.name); }

// Shows page after page; `ask` says by itself why it has none, with the exit code.
using Ask = std::function<std::optional<Heard>(std::string body)>;
int show(const Asked& asked, const Ask& ask) {
  std::string after;
  bool first = true;
  do {
    const auto heard = ask(body_of(asked, after));
    if (!heard) return exit_could_not_run;
    if (heard->status != 200) return told_off(*heard);
    if (std::exchange(first, false) && asked.verb->is_list() && !asked.as_json) {
      print_row(*asked.verb, [](const Column& column) { return std::string{column.title}; });
    }
    print_lines(asked, heard->body);
    after = heard->next;
  } while (!after.empty());
  return exit_ok;
}

int converse_with_backends(const Asked& asked, const config::Config& config) {
  auto backends = BackendVerbs::open(config);
  if (!backends) {
    complain(backends.error());
    return exit_could_not_run;
  }
  return show(asked, [&](std::string body) {
    auto response = backends->ask(path_of(*asked.verb), std::move(body));
    const auto next = response.headers.get(next_page_header);
    std::optional<Heard> heard{{response.status, std::move(response.body), std::string{next}}};
    // What is away is no answer.
    if (heard->status == error_row(ErrorCode::unavailable).http_status) {
      told_off(*heard);
      heard.reset();
    }
    return heard;
  });
}

int converse(const Asked& asked) {
  const std::string path = asked.data + "/admin.sock";
  struct ::stat found{};
  if (::stat(path.c_str(), &found) != 0) return no_server(asked.data, errno);
  // It would be turned away there.
  const bool ours = found.st_uid == ::geteuid() || ::geteuid() == 0;
  if (!ours) return no_server(asked.data, EACCES);
  boost::asio::io_context loop{1};
  SteadyTimers timers{loop};
  net::HttpClient client{loop, timers, path};
  return show(asked, [&](std::string body) -> std::optional<Heard> {
    net::HttpCall call{"POST", path_of(*asked.verb)};
    call.headers.add("Content-Type", "application/json");
    call.body = std::move(body);
    auto reply = drive(loop, client.request(std::move(call), timers.now() + answer_time_max));
    if (reply) {
      const auto next = reply->headers.get(next_page_header);
      return Heard{reply->status, std::move(reply->body), std::string{next}};
    }
    if (reply.code() == ErrorCode::timeout) {
      fmt::print(stderr, "gochat: the server in {} did not answer; look into its log\n",
                 asked.data);
    } else {
      no_server(asked.data, 0);
    }
    return std::nullopt;
  });
}

}  // namespace

int run_verb(const std::vector<std::string>& arguments) {
  const std::string& noun = arguments.front();
  std::vector<std::string> rest{arguments.begin() + 1, arguments.end()};
  const bool wants_help = std::erase(rest, "--help") + std::erase(rest, "-h") != 0;
  Asked asked;
  if (!rest.empty()) asked.verb = find_verb(noun, rest.front());
  if (wants_help) {
    const std::string text = asked.verb ? help_of(*asked.verb) : summary_of_verbs(noun);
    std::fputs(text.c_str(), stdout);
    return exit_ok;
  }
  if (!asked.verb) {
    std::vector<std::string_view> known;
    for (const Verb& verb : verbs()) {
      if (verb.noun == noun) known.push_back(verb.name);
    }
    const std::string cause =
        rest.empty() ? fmt::format("{} what?", noun)
                     : fmt::format("{} has no verb `{}`{}", noun, config::shown(rest.front()),
                                   config::did_you_mean(config::nearest(rest.front(), known)));
    return usage(cause, fmt::format("see gochat {} --help", noun));
  }
  rest.erase(rest.begin());
  if (const auto wrong = take_flags(asked, rest)) return *wrong;
  const config::Meant meant = config::meant_server(rest);
  if (!meant.problems.empty()) return complain(meant.problems);
  if (const auto wrong = take_operands(asked, meant.words)) return *wrong;
  asked.data = meant.data;
  if (asked.verb->on_backends() && meant.config.server.wiring == "cluster") {
    return converse_with_backends(asked, meant.config);
  }
  return converse(asked);
}

}  // namespace gochat::app
