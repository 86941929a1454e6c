#include "adapters/mysql/conversation_log.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "adapters/mysql/log_load.hpp"
#include "adapters/mysql/log_save.hpp"
#include "adapters/mysql/transaction.hpp"
#include "async/executor.hpp"
#include "base/span.hpp"

namespace gochat::mysql {
namespace {

// The server or the way to it fails every item alike; anything else may be one item's own fault.
bool is_environment(const Error& error) {
  return error.code == ErrorCode::unavailable || error.code == ErrorCode::timeout;
}

// One transaction serves several callers: it is below the first that is recorded, and names the
// others.
trace::Span span_of(const std::vector<SharedAppend>& appends) {
  trace::Span span;
  for (const SharedAppend& append : appends) {
    if (!append->caused_by.sampled) continue;
    if (span.recorded()) {
      span.link(append->caused_by);
      continue;
    }
    span = trace::start("transaction", trace::Kind::client, append->caused_by);
    span.set(trace::Attribute::db_system, "mysql");
  }
  return span;
}

Error late() { return failed(ErrorCode::timeout, "the deadline passed before the commit"); }

}  // namespace

MysqlConversationLog::MysqlConversationLog(Pool& pool, boost::asio::any_io_executor executor,
                                           IdSource& ids, LogLimits limits)
    : pool_{pool},
      limits_{limits},
      rules_{ids, limits.group_members_max, limits.groups_per_user_max},
      queue_{{limits.batch_items_max, limits.queue_bytes_max}},
      gate_{std::move(executor)} {}

// At the deadline the caller goes on without an answer. What waits is then not begun any more, and
// what waits for the rows it needs is left out; what has them is carried out.
Task<Result<std::vector<LogAnswer>>> MysqlConversationLog::append(LogBatch batch,
                                                                  Deadline deadline) {
  if (batch.items.empty()) co_return std::vector<LogAnswer>{};
  if (pool_.timers().now() > deadline) co_return late();
  if (closed_) co_return failed(ErrorCode::unavailable, "the log is closed");
  auto append = make_append(std::move(batch), deadline);
  append->caused_by = trace::current();
  if (!queue_.push(append)) {
    co_return failed(ErrorCode::overloaded, "too much waits for the database");
  }
  auto begin = [this, append](auto done) {
    append->call = std::move(done);
    append->alarm = pool_.timers().at(append->deadline, [this, gone = std::weak_ptr{append}] {
      const auto expired = gone.lock();
      if (!expired) return;
      queue_.remove(expired);
      expired->answer(late());
    });
    begin_what_can();
  };
  co_return co_await await_callback<Append::Outcome>(std::move(begin));
}

void MysqlConversationLog::begin_what_can() {
  while (under_way_ - passed_ < limits_.transactions_max &&
         under_way_ < limits_.transactions_held_max) {
    auto appends = queue_.take();
    if (appends.empty()) return;
    ++under_way_;
    if (!gate_.spawn(carry_out(std::move(appends)))) --under_way_;
  }
}

Task<> MysqlConversationLog::carry_out(std::vector<SharedAppend> appends) {
  Portions portions;
  Deadline deadline{};
  std::size_t items = 0;
  for (const SharedAppend& append : appends) {
    portions.push_back({append.get(), 0, append->batch.items.size()});
    deadline = std::max(deadline, append->deadline);
    items += append->batch.items.size();
  }
  counts_.items.observe(items);
  trace::Span span = span_of(appends);
  span.set(trace::Attribute::items, static_cast<std::int64_t>(items));
  const trace::Scope scope{span.recorded() ? span.context() : appends.front()->caused_by};
  bool passed = false;
  const Timer pass = pool_.timers().after(limits_.passed_after, [this, &passed] {
    passed = true;
    ++passed_;
    begin_what_can();
  });
  const auto committed = co_await commit_all(std::move(portions), deadline);
  if (!committed) span.failed(committed.code());
  span.end();
  for (const SharedAppend& append : appends) {
    if (!committed) {
      append->answer(committed.error());
    } else if (append->cut_short) {
      append->answer(failed(ErrorCode::timeout, "the lane got another owner meanwhile"));
    } else if (append->fenced) {
      counts_.fenced.add();
      append->answer(failed(ErrorCode::fenced, "the lane has another owner"));
    } else {
      append->answer(std::move(append->answers));
    }
  }
  queue_.ended(appends);
  --under_way_;
  if (passed) --passed_;
  begin_what_can();
}

Task<Result<void>> MysqlConversationLog::commit_all(Portions portions, Deadline deadline) {
  auto committed = co_await transact(portions, Ids::trusted, deadline);
  if (committed || is_environment(committed.error())) co_return committed;
  // A key that was taken, or an item that the server refuses: each shall have its own answer.
  counts_.done_one_by_one.add();
  co_return co_await commit_one_by_one(std::move(portions), deadline);
}

Task<Result<void>> MysqlConversationLog::commit_one_by_one(Portions portions, Deadline deadline) {
  bool some_committed = false;
  for (const Portion& portion : portions) {
    Append& append = *portion.append;
    bool some_of_this = false;
    for (std::size_t n = portion.from; n < portion.to && !append.is_left_out(); ++n) {
      auto done = co_await commit_one({&append, n, n + 1}, deadline);
      if (done) {
        some_of_this = some_of_this || *done;
        some_committed = some_committed || *done;
        // The owner changed in the midst of it: that is not "nothing was done".
        append.cut_short = append.fenced && some_of_this;
        continue;
      }
      Error error = std::move(done).error();
      // Some of the batch is in the history by now: asked again, it answers what holds.
      if (some_committed) error.code = ErrorCode::timeout;
      co_return std::move(error);
    }
  }
  co_return Unit{};
}

Task<Result<bool>> MysqlConversationLog::commit_one(Portion item, Deadline deadline) {
  LogAnswer& answer = item.append->answers[item.from];
  for (std::size_t tries = 0; tries < limits_.single_tries_max; ++tries) {
    auto committed = co_await transact({item}, Ids::looked_up, deadline);
    if (committed) co_return !item.append->fenced;
    if (is_environment(committed.error())) co_return std::move(committed).error();
    const bool taken = committed.error().code == ErrorCode::conflict;
    answer = std::move(committed).error();
    if (!taken) co_return false;
  }
  answer = failed(ErrorCode::unavailable, "another process took the keys each time");
  co_return false;
}

Task<Result<void>> MysqlConversationLog::transact(Portions portions, Ids ids, Deadline deadline) {
  const auto work = [this, &portions, ids, deadline](Connection& connection) {
    return within(&connection, &portions, ids, deadline);
  };
  auto done = co_await in_transaction(pool_, deadline, work);
  if (!done) co_return std::move(done).error();
  co_return Unit{};
}

Task<Result<Unit>> MysqlConversationLog::within(Connection* connection, const Portions* portions,
                                                Ids ids, Deadline deadline) {
  auto fences = co_await read_fences(connection, portions, deadline);
  if (!fences) co_return std::move(fences).error();
  std::vector<const LogItem*> items;
  for (const Portion& portion : *portions) {
    if (portion.append->is_left_out()) continue;
    for (std::size_t n = portion.from; n < portion.to; ++n) {
      items.push_back(&portion.append->batch.items[n]);
    }
  }
  if (items.empty()) co_return Unit{};
  SceneLoader loader{*connection, std::move(items), deadline};
  auto scene = co_await loader.load(ids);
  if (!scene) co_return std::move(scene).error();
  // The rows are ours from here on: whoever is given the same again waits for what becomes of it.
  for (const Portion& portion : *portions) {
    for (std::size_t n = portion.from; n < portion.to && !portion.append->is_left_out(); ++n) {
      portion.append->answers[n] = apply(*scene, rules_, portion.append->batch.items[n]);
    }
  }
  auto saved = co_await save_scene(connection, &*scene, deadline);
  if (!saved) co_return std::move(saved).error();
  co_return Unit{};
}

// First of all, and locked until the commit: an owner that raises its fence waits for what its
// predecessor has begun.
Task<Result<void>> MysqlConversationLog::read_fences(Connection* connection,
                                                     const Portions* portions, Deadline deadline) {
  std::map<std::pair<std::string, std::int32_t>, std::uint64_t> known;
  for (const Portion& portion : *portions) {
    const auto& fence = portion.append->batch.fence;
    if (!fence) continue;
    const auto [at, is_new] = known.try_emplace({fence->topic, fence->partition}, 0);
    if (is_new) {
      auto row = co_await connection->run(
          "SELECT fence FROM lane_fences WHERE topic = ? AND `partition` = ? LOCK IN SHARE MODE",
          {Bytes{fence->topic}, fence->partition}, deadline);
      if (!row) co_return std::move(row).error();
      if (!row->empty()) at->second = (*row)[0].uint64(0);
    }
    portion.append->fenced = fence->fence < at->second;
  }
  co_return Unit{};
}

Task<Result<std::uint64_t>> MysqlConversationLog::raise(Connection* connection,
                                                        const LaneFence* lane, Deadline deadline) {
  auto raised = co_await connection->run(
      "INSERT INTO lane_fences (topic, `partition`, fence) VALUES (?, ?, 1) ON DUPLICATE KEY "
      "UPDATE "
      "fence = fence + 1",
      {Bytes{lane->topic}, lane->partition}, deadline);
  if (!raised) co_return std::move(raised).error();
  auto row =
      co_await connection->run("SELECT fence FROM lane_fences WHERE topic = ? AND `partition` = ?",
                               {Bytes{lane->topic}, lane->partition}, deadline);
  if (!row) co_return std::move(row).error();
  co_return (*row)[0].uint64(0);
}

Task<Result<std::uint64_t>> MysqlConversationLog::raise_fence(std::string topic,
                                                              std::int32_t partition) {
  const LaneFence lane{std::move(topic), partition};
  const Deadline deadline = pool_.soon();
  const auto work = [this, &lane, deadline](Connection& connection) {
    return raise(&connection, &lane, deadline);
  };
  co_return co_await in_transaction(pool_, deadline, work);
}

Task<> MysqlConversationLog::close() {
  closed_ = true;
  for (const SharedAppend& append : queue_.clear()) {
    append->answer(failed(ErrorCode::unavailable, "the log is closed"));
  }
  co_await gate_.close();
}

}  // namespace gochat::mysql
