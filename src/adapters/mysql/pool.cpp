#include "adapters/mysql/pool.hpp"

#include <algorithm>

#include "adapters/mysql/failure.hpp"
#include "async/executor.hpp"
#include "base/log.hpp"

namespace gochat::mysql {

// One who waits. Whoever calls it first - a connection, the deadline, the end - takes it out.
struct Pool::Waiter {
  std::move_only_function<void(Handed)> call;
  Timer deadline;

  void answer(Handed handed) {
    deadline.cancel();
    std::exchange(call, nullptr)(std::move(handed));
  }
};

Lease& Lease::operator=(Lease&& other) noexcept {
  give_back();
  pool_ = other.pool_;
  connection_ = std::move(other.connection_);
  fresh_ = other.fresh_;
  return *this;
}

void Lease::give_back() {
  if (connection_) pool_->give_back(std::move(connection_));
}

Pool::Pool(ServerOptions server, ConnectionLimits connections, PoolLimits limits,
           boost::asio::any_io_executor executor, Timers& timers, Dice dice)
    : limits_{limits},
      timers_{timers},
      dice_{std::move(dice)},
      door_{std::move(server), connections, executor, timers, counts_},
      gate_{executor} {}

Pool::~Pool() = default;

PoolFigures Pool::figures() const {
  return {connections_ - idle_.size(), idle_.size(), waiting_.size()};
}

Task<Result<Lease>> Pool::lease(Deadline deadline) {
  const MonoTime since = timers_.now();
  auto lease = co_await take(deadline);
  counts_.lease_seconds.observe(timers_.now() - since);
  if (!lease) counts_.refused.add();
  co_return lease;
}

Task<Result<Lease>> Pool::take(Deadline deadline) {
  const Deadline until = std::min(deadline, timers_.now() + limits_.wait_max);
  while (!closed_) {
    auto idle = co_await take_idle(deadline);
    if (idle) co_return Lease{*this, std::move(idle), false};
    if (connections_ < limits_.connections_max) co_return co_await open(deadline);
    if (waiting_.size() >= limits_.waiting_max) {
      co_return failed(ErrorCode::unavailable, "too many wait for a database connection");
    }
    auto handed = co_await wait(until);
    if (!handed) co_return std::move(handed).error();
    if (*handed) co_return Lease{*this, *std::move(handed), false};
  }
  co_return failed(ErrorCode::unavailable, "the database connections are closed");
}

Task<std::unique_ptr<Connection>> Pool::take_idle(Deadline deadline) {
  while (!idle_.empty()) {
    auto connection = std::move(idle_.back());
    idle_.pop_back();
    if (connection->broken()) {
      one_less();
      continue;
    }
    if (timers_.now() - connection->idle_since() < limits_.ping_after) co_return connection;
    auto answered = co_await connection->ping(std::min(deadline, timers_.now() + limits_.ping_max));
    if (answered) co_return connection;
    one_less();
  }
  co_return nullptr;
}

Task<Result<Lease>> Pool::open(Deadline deadline) {
  if (timers_.now() < next_try_) {
    Error error = last_error_;
    const auto left = next_try_ - timers_.now();
    error.retry_after_ms =
        static_cast<std::uint32_t>(std::chrono::ceil<std::chrono::milliseconds>(left).count());
    wake_next();
    co_return std::move(error);
  }
  ++connections_;
  auto opened = co_await Connection::open(&door_, deadline);
  if (opened) {
    if (tries_in_vain_ > 0) log::info("the database is reached again");
    tries_in_vain_ = 0;
    next_try_ = MonoTime{};
    co_return Lease{*this, *std::move(opened), true};
  }
  last_error_ = opened.error();
  put_off();
  one_less();
  co_return std::move(opened).error();
}

void Pool::put_off() {
  const RetryPolicy policy{0, limits_.reconnect_first, limits_.reconnect_last};
  next_try_ = timers_.now() + full_jitter(policy, ++tries_in_vain_, dice_());
  if (tries_in_vain_ == 1) {
    log::warn("the database cannot be reached", {{log::Field::reason, last_error_.detail}});
  }
}

Task<Pool::Handed> Pool::wait(Deadline until) {
  auto waiter = std::make_shared<Waiter>();
  waiting_.push_back(waiter);
  auto begin = [this, waiter, until](auto done) {
    waiter->call = std::move(done);
    waiter->deadline = timers_.at(until, [this, gone = std::weak_ptr{waiter}] {
      const auto late = gone.lock();
      if (!late || std::erase(waiting_, late) == 0) return;
      late->answer(failed(ErrorCode::unavailable, "no database connection became free"));
    });
  };
  co_return co_await await_callback<Handed>(std::move(begin));
}

void Pool::give_back(std::unique_ptr<Connection> connection) {
  if (connection->broken()) return one_less();
  if (!connection->in_transaction()) return keep(std::move(connection));
  if (!gate_.spawn(clean(std::move(connection)))) one_less();
}

Task<> Pool::clean(std::unique_ptr<Connection> connection) {
  auto rolled_back = co_await connection->rollback(timers_.now() + limits_.ping_max);
  if (!rolled_back) co_return one_less();
  keep(std::move(connection));
}

void Pool::keep(std::unique_ptr<Connection> connection) {
  if (closed_) return one_less();
  if (waiting_.empty()) {
    connection->idle_since(timers_.now());
    idle_.push_back(std::move(connection));
    return;
  }
  const auto waiter = std::move(waiting_.front());
  waiting_.pop_front();
  waiter->answer(std::move(connection));
}

void Pool::one_less() {
  --connections_;
  wake_next();
}

void Pool::wake_next() {
  if (waiting_.empty()) return;
  const auto waiter = std::move(waiting_.front());
  waiting_.pop_front();
  waiter->answer(std::unique_ptr<Connection>{});
}

Task<Result<Rows>> Pool::read(Sql sql, Params params, Deadline deadline) {
  auto lease = co_await this->lease(deadline);
  if (!lease) co_return std::move(lease).error();
  auto rows = co_await (*lease)->run(sql, params, deadline);
  if (rows || (*lease)->failure() != Failure::lost || lease->fresh()) co_return rows;
  auto other = co_await this->lease(deadline);
  if (!other) co_return std::move(other).error();
  co_return co_await (*other)->run(sql, std::move(params), deadline);
}

Task<Result<Rows>> Pool::write(Sql sql, Params params, Deadline deadline) {
  auto lease = co_await this->lease(deadline);
  if (!lease) co_return std::move(lease).error();
  auto rows = co_await (*lease)->run(sql, std::move(params), deadline);
  if (rows || (*lease)->failure() != Failure::lost) co_return rows;
  co_return failed(ErrorCode::timeout, rows.error().detail);
}

Task<> Pool::close() {
  closed_ = true;
  for (const auto& waiter : std::exchange(waiting_, {})) {
    waiter->answer(failed(ErrorCode::unavailable, "the database connections are closed"));
  }
  co_await gate_.close();
  connections_ -= idle_.size();
  idle_.clear();
}

}  // namespace gochat::mysql
