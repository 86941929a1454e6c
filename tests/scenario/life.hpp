// One life of the process: logic and repo over the real embedded store, on one thread and in
// simulated time. What survives it is the disk.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "adapters/crypto/jwt_signer.hpp"
#include "adapters/memory/memory_directory.hpp"
#include "adapters/memory/memory_failed_tries.hpp"
#include "adapters/memory/memory_inboxes.hpp"
#include "adapters/memory/memory_rate_limiter.hpp"
#include "adapters/memory/memory_session_registry.hpp"
#include "adapters/memory/only_leader.hpp"
#include "adapters/memory/snowflake_ids.hpp"
#include "adapters/sqlite/store.hpp"
#include "logic/logic.hpp"
#include "repo/repo.hpp"
#include "scenario/lasting_queue.hpp"
#include "scenario/screen_gateway.hpp"
#include "support/manual_clock.hpp"
#include "support/seeded_random.hpp"
#include "support/task_loop.hpp"
#include "support/temporary_directory.hpp"
#include "task/tasks.hpp"

namespace gochat::scenario {

struct Disk {
  explicit Disk(std::uint64_t seed) : random{seed} {}

  support::TemporaryDirectory directory;
  QueueDisk queue;
  support::ManualClock clock;
  support::SeededRandom random;
  std::uint64_t lives = 0;
  // Members from which a group is told by task.
  std::uint32_t large_group_from = limits::large_group_from;
};

// Passwords are not what a scenario is about.
class PlainHasher final : public PasswordHasher {
 public:
  Task<Result<std::string>> hash(std::string password) override { co_return password; }
  Task<Result<bool>> verify(std::string password, std::string stored) override {
    co_return password == stored;
  }
};

// The log, with the two moments around a commit in which a process may end.
class FatefulLog final : public ConversationLog {
 public:
  FatefulLog(ConversationLog& log, Fate& fate) : log_{log}, fate_{fate} {}

  Task<Result<std::vector<LogAnswer>>> append(LogBatch batch, Deadline deadline) override;
  Task<Result<std::uint64_t>> raise_fence(std::string topic, std::int32_t partition) override;

  // The next appends are stored, and answered as if nobody knew.
  void hide_answers(int count) { hidden_ = count; }

 private:
  ConversationLog& log_;
  Fate& fate_;
  int hidden_ = 0;
};

// The registry, which may be away.
class FatefulRegistry final : public SessionRegistry {
 public:
  explicit FatefulRegistry(SessionRegistry& registry) : registry_{registry} {}
  void set_away(bool away) { away_ = away; }

  Task<Result<void>> add(RegisteredConnection connection) override;
  Task<Result<void>> remove(UserId user, ConnectionId connection) override;
  Task<Result<std::vector<ConnectionId>>> refresh(std::vector<RegisteredConnection> all) override;
  Task<Result<std::vector<GatewayRecipients>>> locate(std::vector<UserId> users) override;
  Task<Result<std::vector<GatewayRecipients>>> gateways() override;
  Task<Result<std::vector<UserId>>> online(std::vector<UserId> users) override;

 private:
  SessionRegistry& registry_;
  bool away_ = false;
};

class Life {
 public:
  static constexpr std::size_t gateway_count = 2;

  explicit Life(Disk& disk);
  ~Life();
  Life(const Life&) = delete;
  Life& operator=(const Life&) = delete;

  support::TaskLoop loop;
  Fate fate;
  std::unique_ptr<sqlite::Store> store;
  LastingQueue queue;
  memory::MemorySessionRegistry plain_registry;
  FatefulRegistry registry{plain_registry};
  memory::MemoryDirectory directory;
  FatefulLog log;
  // Takes what is queued; requests are answered before.
  void serve();
  // Whatever comes for task waits for the next life.
  void stop_tasks() { loop.run(tasks_.stop()); }
  const task::Tasks& tasks() const { return tasks_; }
  LogicApi api() { return logic_.api(); }
  ScreenGateway& gateway(std::size_t number) { return *gateways_[number]; }

  // The answer, or nothing when the process ended before there was one.
  template <class T>
  std::optional<Result<T>> ask(Task<Result<T>> question) {
    auto answer = std::make_shared<std::optional<Result<T>>>();
    loop.start(keep(std::move(question), answer));
    loop.run_until([&] { return answer->has_value() || fate.ended(); }, "an answer");
    return std::move(*answer);
  }

 private:
  template <class T>
  static Task<> keep(Task<Result<T>> question, std::shared_ptr<std::optional<Result<T>>> answer) {
    answer->emplace(co_await std::move(question));
  }
  std::unique_ptr<sqlite::Store> open(Disk& disk);
  void start(const std::string& gateway, std::uint64_t boot);

  InlineExecutor inline_;
  PlainHasher hasher_;
  memory::MemoryInboxes inboxes_;
  memory::OnlyLeader leader_;
  memory::MemoryRateLimiter limiter_{loop.timers()};
  memory::MemoryFailedTries tries_{loop.timers()};
  crypto::JwtSigner tokens_{{}, {}};
  memory::SnowflakeIds ids_;
  repo::Repo repo_;
  logic::Logic logic_;
  task::Tasks tasks_;
  std::vector<std::unique_ptr<ScreenGateway>> gateways_;
};

}  // namespace gochat::scenario
