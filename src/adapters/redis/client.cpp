#include "adapters/redis/client.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <utility>

#include "adapters/redis/topology.hpp"
#include "async/executor.hpp"
#include "base/log.hpp"
#include "base/trace_context.hpp"

namespace gochat::redis {
namespace {

constexpr int scan_keys = 1'000;

std::unique_ptr<Topology> make_topology(const NodeGround& ground) {
  switch (ground.options.deployment) {
    case Deployment::sentinel:
      return make_sentinel(ground);
    case Deployment::cluster:
      return make_cluster(ground);
    case Deployment::standalone:
      break;
  }
  return make_standalone(ground);
}

Error misuse(const char* what) { return failed(ErrorCode::invalid_params, what); }

Result<void> usable(const Options& options) {
  if (options.addresses.empty()) return misuse("no address of Redis is given");
  if (options.deployment == Deployment::cluster && options.database != 0) {
    return misuse("a Redis Cluster has the database 0 only");
  }
  // Braces would send every key to one slot of a Cluster.
  if (options.key_prefix.find_first_of("{}") != std::string::npos) {
    return misuse("the prefix of Redis keys must hold no braces");
  }
  return {};
}

}  // namespace

struct Client::Batch {
  explicit Batch(std::vector<Command> asked, Duration time_max)
      : commands{std::move(asked)},
        replies(commands.size(), failed(ErrorCode::unavailable, "not asked yet")),
        healed(commands.size(), false),
        within{time_max} {}

  std::vector<Command> commands;
  std::vector<Result<Reply>> replies;
  std::vector<bool> healed;
  Duration within;
  trace::Context cause = trace::current();
  MonoTime sent{};
  Deadline deadline{};
  std::size_t left = 0;
  std::move_only_function<void(bool)> wake;
};

Client::Client(Timers& timers, Dice dice, Options options)
    : timers_{timers},
      dice_{std::move(dice)},
      options_{std::move(options)},
      within_{options_.limits.command_time_max},
      keys_{options_.key_prefix} {}

Client::~Client() = default;

Result<std::unique_ptr<Client>> Client::make(boost::asio::io_context& context, Timers& timers,
                                             Dice dice, Options options) {
  if (auto checked = usable(options); !checked) return std::move(checked).error();
  auto streams = StreamSource::make(context, options.tls);
  if (!streams) return std::move(streams).error();
  std::unique_ptr<Client> client{new Client{timers, std::move(dice), std::move(options)}};
  client->streams_ = std::move(*streams);
  client->topology_ = make_topology(
      {context, timers, *client->streams_, client->options_, client->counts_, client->dice_});
  return client;
}

Task<> Client::stop() { co_await topology_->stop(); }

Figures Client::figures() const { return topology_->figures(); }

Task<Result<Reply>> Client::call_within(Command command, Duration time_max) {
  std::vector<Command> one;
  one.push_back(std::move(command));
  const auto batch = std::make_shared<Batch>(std::move(one), time_max);
  co_await run_batch(batch);
  co_return std::move(batch->replies.front());
}

Task<std::vector<Result<Reply>>> Client::call_all(std::vector<Command> commands) {
  const auto batch = std::make_shared<Batch>(std::move(commands), within_);
  co_await run_batch(batch);
  co_return std::move(batch->replies);
}

Task<Result<std::vector<Reply>>> Client::all_of(std::vector<Command> commands) {
  auto results = co_await call_all(std::move(commands));
  std::vector<Reply> replies;
  replies.reserve(results.size());
  for (Result<Reply>& result : results) {
    if (!result) co_return std::move(result).error();
    replies.push_back(std::move(*result));
  }
  co_return replies;
}

// Sends in portions, then once more what failed and may be sent again, while there is time.
Task<> Client::run_batch(std::shared_ptr<Batch> batch) {
  const MonoTime give_up_at = timers_.now() + batch->within;
  std::vector<std::size_t> which(batch->commands.size());
  std::iota(which.begin(), which.end(), 0);
  budget_.called();
  for (std::uint32_t tried = 1; !which.empty(); ++tried) {
    for (std::size_t at = 0; at < which.size(); at += options_.limits.pipeline_max) {
      const std::size_t end = std::min(which.size(), at + options_.limits.pipeline_max);
      co_await send_some(batch, {which.begin() + static_cast<std::ptrdiff_t>(at),
                                 which.begin() + static_cast<std::ptrdiff_t>(end)});
    }
    Duration pause = full_jitter(options_.retry, tried, dice_());
    std::erase_if(which, [&](std::size_t n) {
      const Result<Reply>& reply = batch->replies[n];
      if (reply || !batch->commands[n].again) return true;
      pause = std::max<Duration>(pause, std::chrono::milliseconds{reply.error().retry_after_ms});
      return false;
    });
    if (which.empty() || tried >= options_.retry.attempts_max) co_return;
    if (timers_.now() + pause >= give_up_at || !budget_.spend()) co_return;
    counts_.retries.add(which.size());
    co_await timers_.sleep(pause);
  }
}

Task<> Client::send_some(std::shared_ptr<Batch> batch, std::vector<std::size_t> which) {
  batch->sent = timers_.now();
  batch->deadline = batch->sent + batch->within;
  batch->left = which.size();
  counts_.commands.add(which.size());
  for (const std::size_t n : which) send_one(batch, n, false);
  if (batch->left == 0) co_return;
  co_await await_callback<bool>([batch](auto done) { batch->wake = std::move(done); });
}

void Client::send_one(const std::shared_ptr<Batch>& batch, std::size_t n, bool with_source) {
  Request request;
  request.command = {batch, &batch->commands[n]};
  request.deadline = batch->deadline;
  request.with_source = with_source;
  request.done = [this, batch, n, with_source](Result<Reply> reply) {
    const Command& command = batch->commands[n];
    if (reply && !with_source && command.script != nullptr && reply->failed_with("NOSCRIPT")) {
      counts_.scripts_sent.add();
      return send_one(batch, n, true);
    }
    told(batch, n, std::move(reply));
  };
  topology_->send(std::move(request));
}

void Client::told(const std::shared_ptr<Batch>& batch, std::size_t n, Result<Reply> reply) {
  if (!reply || !reply->is(Reply::Kind::error)) return ended(batch, n, std::move(reply));
  // A script's error carries the code of the command in it.
  const bool wrong_type = reply->text.find("WRONGTYPE") != std::string::npos;
  if (wrong_type && !batch->healed[n]) return heal(batch, n);
  ended(batch, n,
        failed(ErrorCode::unavailable,
               fmt::format("Redis refuses {}: {}", batch->commands[n].name, reply->complaint())));
}

void Client::heal(const std::shared_ptr<Batch>& batch, std::size_t n) {
  const Command& command = batch->commands[n];
  batch->healed[n] = true;
  counts_.wrong_type.add();
  log::warn("a key of Redis held another type and is deleted",
            {{log::Field::key, command.key.family()}, {log::Field::method, command.name}});
  Request request;
  request.command = std::make_shared<Command>(
      Command{.name = "DEL", .key = command.key, .keys_beside = command.keys_beside});
  request.deadline = batch->deadline;
  request.done = [this, batch, n](Result<Reply> reply) {
    if (!reply) return ended(batch, n, std::move(reply));
    send_one(batch, n, false);
  };
  topology_->send(std::move(request));
}

void Client::ended(const std::shared_ptr<Batch>& batch, std::size_t n, Result<Reply> reply) {
  const Duration took = timers_.now() - batch->sent;
  counts_.seconds.observe(took);
  if (!reply) counts_.errors.add();
  if (log::enabled(log::Level::debug)) {
    const trace::Scope scope{batch->cause};
    const Command& command = batch->commands[n];
    log::debug(
        "redis command",
        {{log::Field::source, "redis"},
         {log::Field::method, command.name},
         {log::Field::key, command.key.family()},
         {log::Field::code, error_row(reply.code()).name},
         {log::Field::ms, std::chrono::duration_cast<std::chrono::milliseconds>(took).count()}});
  }
  batch->replies[n] = std::move(reply);
  if (--batch->left == 0 && batch->wake) std::exchange(batch->wake, {})(true);
}

void Client::met_unreadable(const Key& key) {
  counts_.unreadable.add();
  log::warn("a value of Redis cannot be read and is left out", {{log::Field::key, key.family()}});
}

Task<Result<Client::Found>> Client::scan(std::string family, Place from) {
  Found found;
  found.next = std::move(from);
  if (found.next.node >= topology_->nodes()) {
    found.next.end = true;
    co_return found;
  }
  const std::string begin = keys_.prefix() + family;
  auto command = std::make_shared<Command>(Command{
      .name = "SCAN",
      .key = {},
      .words = {found.next.cursor, "MATCH", begin + "*", "COUNT", std::to_string(scan_keys)}});
  counts_.commands.add();
  const Deadline deadline = timers_.now() + within_;
  auto reply = co_await await_callback<Result<Reply>>([this, command, deadline,
                                                       node = found.next.node](auto done) {
    topology_->send_to(node, {.command = command, .deadline = deadline, .done = std::move(done)});
  });
  if (!reply) co_return std::move(reply).error();
  if (reply->items.size() != 2) {
    co_return failed(ErrorCode::unavailable, "Redis refuses SCAN: " + reply->text);
  }
  found.next.cursor = reply->items[0].text;
  if (found.next.cursor == "0") ++found.next.node;
  for (Reply& key : reply->items[1].items) {
    found.keys.push_back(keys_.in_full(std::move(key.text), family.size()));
  }
  co_return found;
}

}  // namespace gochat::redis
