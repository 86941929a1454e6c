#include "bench/command.hpp"

#include <fmt/format.h>

#include <charconv>
#include <cstdio>
#include <map>
#include <optional>

#include "bench/scenarios.hpp"

namespace gochat::bench {
namespace {

constexpr const char* help_text = R"(gochat bench, loads of this binary over loopback

  gochat bench idle    [--connections 1000]
  gochat bench chat    [--connections 1000] [--rate 10000] [--seconds 10] [--warm-up 2] [--bytes 100]
  gochat bench fanout  [--receivers 1000] [--members 1000] [--messages 200] [--burst 1] [--world 1]
  gochat bench logins  [--logins 200] [--people 8] [--threads 1] [--cost 10]
  gochat bench store   [--rows 100000] [--before 300000] [--conversations 1000] [--bytes 100]

Each but store starts a server of its own in a fresh folder with --profile bench. chat and fanout take one that runs:

  --gateways http://127.0.0.1:8080,http://127.0.0.1:8081    people are spread over them
  --watch logic=http://127.0.0.1:10001,mysql=4711           what it used: internal listeners or processes, by name
)";

constexpr int exit_usage = 64;

// "--name value" pairs; empty when they are not that.
std::optional<std::map<std::string, std::string>> pairs(const std::vector<std::string>& arguments) {
  std::map<std::string, std::string> values;
  for (std::size_t n = 1; n < arguments.size(); n += 2) {
    if (!arguments[n].starts_with("--") || n + 1 == arguments.size()) return std::nullopt;
    values[arguments[n].substr(2)] = arguments[n + 1];
  }
  return values;
}

// Each value is taken by what it is for; good when all were, and each was what it had to be.
class Values {
 public:
  explicit Values(std::map<std::string, std::string> values) : values_{std::move(values)} {}

  template <class Number>
  void take(const std::string& name, Number& into) {
    const auto at = values_.find(name);
    if (at == values_.end()) return;
    const std::string& text = at->second;
    double value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size() || value <= 0) return;
    into = static_cast<Number>(value);
    values_.erase(at);
  }
  void take(const std::string& name, std::string& into) {
    const auto at = values_.find(name);
    if (at == values_.end()) return;
    into = at->second;
    values_.erase(at);
  }
  void take(Target& target) {
    take("gateways", target.gateways);
    take("watch", target.watched);
  }
  bool all_taken() const { return values_.empty(); }

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace

int run_command(const std::vector<std::string>& arguments) {
  const bool asks_help = arguments.empty() || arguments[0] == "--help";
  const auto parsed = pairs(arguments);
  if (asks_help || !parsed) {
    std::fputs(help_text, asks_help ? stdout : stderr);
    return asks_help ? 0 : exit_usage;
  }
  Values values{*parsed};
  Result<void> done;
  if (arguments[0] == "idle") {
    IdleOptions options;
    values.take("connections", options.connections);
    if (values.all_taken()) done = run_idle(options);
  } else if (arguments[0] == "chat") {
    ChatOptions options;
    values.take(options.target);
    values.take("connections", options.connections);
    values.take("rate", options.per_second);
    values.take("seconds", options.seconds);
    values.take("warm-up", options.warm_up_seconds);
    values.take("bytes", options.content_bytes);
    if (values.all_taken()) done = run_chat(options);
  } else if (arguments[0] == "fanout") {
    FanoutOptions options;
    values.take(options.target);
    values.take("members", options.members);
    values.take("receivers", options.receivers);
    values.take("messages", options.messages);
    values.take("burst", options.burst);
    values.take("world", options.world);
    if (values.all_taken()) done = run_fanout(options);
  } else if (arguments[0] == "logins") {
    LoginsOptions options;
    values.take("logins", options.logins);
    values.take("people", options.people);
    values.take("threads", options.threads);
    values.take("cost", options.cost);
    if (values.all_taken()) done = run_logins(options);
  } else if (arguments[0] == "store") {
    StoreOptions options;
    values.take("rows", options.rows);
    values.take("before", options.rows_before);
    values.take("conversations", options.conversations);
    values.take("bytes", options.content_bytes);
    if (values.all_taken()) done = run_store(options);
  } else {
    std::fputs(help_text, stderr);
    return exit_usage;
  }
  if (!values.all_taken()) {
    std::fputs(help_text, stderr);
    return exit_usage;
  }
  if (done) return 0;
  std::fprintf(stderr, "gochat: %s\n", done.error().detail.c_str());
  return 1;
}

}  // namespace gochat::bench
