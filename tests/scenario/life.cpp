#include "scenario/life.hpp"

#include <stdexcept>
#include <utility>

namespace gochat::scenario {

namespace {

void expect(const Result<void>& done) {
  if (!done) throw std::runtime_error{done.error().detail};
}

Error away() { return failed(ErrorCode::unavailable, "away"); }

}  // namespace

Task<Result<std::vector<LogAnswer>>> FatefulLog::append(LogBatch batch, Deadline deadline) {
  co_await fate_.pass(Step::before_append);
  auto answers = co_await log_.append(std::move(batch), deadline);
  co_await fate_.pass(Step::after_append);
  if (hidden_ > 0) {
    --hidden_;
    co_return failed(ErrorCode::timeout, "the answer was lost");
  }
  co_return answers;
}

Task<Result<std::uint64_t>> FatefulLog::raise_fence(std::string topic, std::int32_t partition) {
  return log_.raise_fence(std::move(topic), partition);
}

Task<Result<void>> FatefulRegistry::add(RegisteredConnection connection) {
  return registry_.add(std::move(connection));
}
Task<Result<void>> FatefulRegistry::remove(UserId user, ConnectionId connection) {
  return registry_.remove(user, connection);
}
Task<Result<std::vector<ConnectionId>>> FatefulRegistry::refresh(
    std::vector<RegisteredConnection> all) {
  return registry_.refresh(std::move(all));
}
Task<Result<std::vector<GatewayRecipients>>> FatefulRegistry::locate(std::vector<UserId> users) {
  if (away_) co_return away();
  co_return co_await registry_.locate(std::move(users));
}
Task<Result<std::vector<GatewayRecipients>>> FatefulRegistry::gateways() {
  if (away_) co_return away();
  co_return co_await registry_.gateways();
}
Task<Result<std::vector<UserId>>> FatefulRegistry::online(std::vector<UserId> users) {
  if (away_) co_return away();
  co_return co_await registry_.online(std::move(users));
}

std::unique_ptr<sqlite::Store> Life::open(Disk& disk) {
  sqlite::StoreOptions options;
  options.path = disk.directory.path() / "gochat.db";
  options.limits.gather_max = Duration::zero();
  options.limits.merge_rows = 64;  // so that a short story meets merges too
  options.limits.slice_rows_min = 8;
  options.limits.slice_rows_max = 32;
  auto opened = sqlite::Store::open(options, {inline_, inline_, inline_, disk.clock, disk.random,
                                              [this] { return loop.timers().now(); }});
  if (!opened) throw std::runtime_error{opened.error().detail};
  return *std::move(opened);
}

Life::Life(Disk& disk)
    : store{open(disk)},
      queue{disk.queue, fate, loop.timers(), loop.context().get_executor()},
      plain_registry{loop.timers()},
      log{store->log(), fate},
      ids_{{.machine = 0, .last_issued_floor = 0, .usable_until = Deadline::max()},
           store->last_id(),
           disk.clock,
           loop.timers()},
      repo_{{log, store->messages(), store->conversations(), store->groups(), store->users(),
             store->sessions(), store->relations(), store->keys(), hasher_, inboxes_}},
      logic_{{repo_.api(), queue, registry, directory, tokens_, disk.clock, loop.timers(),
              disk.random, ids_, limiter_, tries_, loop.context().get_executor(), leader_},
             {.upstream_lanes = 4,
              .large_group_from = disk.large_group_from,
              .large_group_back = disk.large_group_from - 1}},
      tasks_{{repo_.api().messages, repo_.api().conversations, repo_.api().groups, queue, registry,
              directory, disk.clock, loop.timers(), disk.random, loop.context().get_executor()},
             {.lanes = 4,
              .retry = {.first_delay_max = std::chrono::milliseconds{50},
                        .delay_max = std::chrono::milliseconds{200}}}} {
  ++disk.lives;
  for (std::size_t n = 0; n < gateway_count; ++n) start("g" + std::to_string(n), disk.lives);
}

void Life::serve() {
  expect(loop.run(logic_.start()));
  expect(loop.run(tasks_.start()));
  loop.settle();
}

void Life::start(const std::string& name, std::uint64_t boot) {
  gateways_.push_back(std::make_unique<ScreenGateway>(name, boot, logic_.api().messages));
  const std::string topic = std::string{protocol::downstream_topic_prefix} + name;
  expect(loop.run(queue.ensure_topic(topic, 1)));
  SubscribeTo to;
  to.topic = topic;
  auto subscribed = loop.run(queue.subscribe(std::move(to), *gateways_.back()));
  if (!subscribed) throw std::runtime_error{subscribed.error().detail};
  expect(loop.run(directory.announce({"gateway", name, boot, {}})));
}

Life::~Life() {
  // A life that was ended is dropped where it stands, as the system drops a process.
  if (fate.ended()) return;
  loop.run(tasks_.stop());
  loop.run(queue.stop());
  loop.run(logic_.stop());
}

}  // namespace gochat::scenario
