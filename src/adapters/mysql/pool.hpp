// A bounded number of connections that callers share. A caller that finds none free waits its turn;
// a server that cannot be reached refuses at once until the next try is due.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <vector>

#include "adapters/mysql/connection.hpp"
#include "async/gate.hpp"
#include "async/retry.hpp"

namespace gochat::mysql {

class Pool;

// A connection of the pool, which goes back when this ends. With a transaction still open it is
// rolled back first.
class Lease {
 public:
  Lease(Pool& pool, std::unique_ptr<Connection> connection, bool fresh)
      : pool_{&pool}, connection_{std::move(connection)}, fresh_{fresh} {}
  Lease(Lease&& other) noexcept = default;
  Lease& operator=(Lease&& other) noexcept;
  ~Lease() { give_back(); }

  Connection& operator*() const { return *connection_; }
  Connection* operator->() const { return connection_.get(); }
  // Made for this caller: that it breaks is not because it was idle.
  bool fresh() const { return fresh_; }

 private:
  void give_back();

  Pool* pool_;
  std::unique_ptr<Connection> connection_;
  bool fresh_;
};

// Lives on one loop and outlives its leases. Errors of all calls: `unavailable`: nothing was done;
// `timeout`: unknown.
class Pool {
 public:
  Pool(ServerOptions server, ConnectionLimits connections, PoolLimits limits,
       boost::asio::any_io_executor executor, Timers& timers, Dice dice);
  ~Pool();
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  Task<Result<Lease>> lease(Deadline deadline);

  // One statement that changes nothing: asked once more when the connection turns out to be broken.
  Task<Result<Rows>> read(Sql sql, Params params, Deadline deadline);
  // One statement that is its own transaction. When the connection breaks, it is unknown whether it
  // was carried out: `timeout`.
  Task<Result<Rows>> write(Sql sql, Params params, Deadline deadline);

  // For ports that give no deadline.
  Deadline soon() const { return timers_.now() + limits_.call_max; }
  // No more leases; those who wait are refused, and what is being rolled back is waited for.
  Task<> close();

  Timers& timers() { return timers_; }
  const PoolLimits& limits() const { return limits_; }
  const Dice& dice() const { return dice_; }
  const Counts& counts() const { return counts_; }
  Counts& counts() { return counts_; }
  PoolFigures figures() const;

 private:
  friend class Lease;
  struct Waiter;
  using Handed = Result<std::unique_ptr<Connection>>;

  Task<Result<Lease>> take(Deadline deadline);
  // The idle connection used last, if it is still good.
  Task<std::unique_ptr<Connection>> take_idle(Deadline deadline);
  Task<Result<Lease>> open(Deadline deadline);
  Task<Handed> wait(Deadline until);
  void give_back(std::unique_ptr<Connection> connection);
  Task<> clean(std::unique_ptr<Connection> connection);
  void keep(std::unique_ptr<Connection> connection);
  void one_less();
  // Whoever waits first sees anew whether a connection can be had.
  void wake_next();
  void put_off();

  PoolLimits limits_;
  Timers& timers_;
  Dice dice_;
  Counts counts_;
  Door door_;
  std::size_t connections_ = 0;  // idle, leased and being opened
  std::vector<std::unique_ptr<Connection>> idle_;
  std::deque<std::shared_ptr<Waiter>> waiting_;
  std::uint32_t tries_in_vain_ = 0;
  MonoTime next_try_{};
  Error last_error_;
  bool closed_ = false;
  Gate gate_;
};

}  // namespace gochat::mysql
