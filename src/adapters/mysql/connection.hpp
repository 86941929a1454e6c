// One session with the server.
#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <memory>
#include <string>

#include "adapters/mysql/counts.hpp"
#include "adapters/mysql/failure_kind.hpp"
#include "adapters/mysql/options.hpp"
#include "adapters/mysql/param.hpp"
#include "adapters/mysql/rows.hpp"
#include "async/task.hpp"
#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat::mysql {

// What all connections to one server are made of; it outlives them.
class Door {
 public:
  // Files of TLS that cannot be used keep every connection from being made.
  Door(ServerOptions server, ConnectionLimits limits, boost::asio::any_io_executor executor,
       Timers& timers, Counts& counts);
  ~Door();
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

  Timers& timers() { return timers_; }
  Counts& counts() { return counts_; }
  const ServerOptions& server() const { return server_; }

 private:
  friend class Connection;
  struct Tls;

  ServerOptions server_;
  ConnectionLimits limits_;
  boost::asio::any_io_executor executor_;
  Timers& timers_;
  Counts& counts_;
  std::unique_ptr<Tls> tls_;
  std::string tls_trouble_;  // empty: none
};

// Times are UTC, the mode is strict, texts are utf8mb4 and transactions read what is committed. One
// call at a time. Errors: `timeout`: the deadline passed; the connection has been dropped, and with
// it what had not been committed. `unavailable`: the connection broke, or another transaction was
// in the way (`failure()` tells). `conflict`: a unique key was taken. `invalid_params`: a value
// that its column cannot hold. `internal`: anything else that the server refused. Only begin and
// commit move what the others do out of their own transactions.
class Connection {
 public:
  static Task<Result<std::unique_ptr<Connection>>> open(Door* door, Deadline deadline);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Prepared at its first use. What `params` point to lives until the answer is there.
  Task<Result<Rows>> run(Sql sql, Params params, Deadline deadline);
  // What is not worth preparing, or cannot be prepared.
  Task<Result<Rows>> run_text(std::string sql, Deadline deadline);

  Task<Result<void>> begin(Deadline deadline);
  Task<Result<void>> commit(Deadline deadline);
  Task<Result<void>> rollback(Deadline deadline);
  bool in_transaction() const { return in_transaction_; }

  Task<Result<void>> ping(Deadline deadline);

  // Of the last call.
  Failure failure() const { return failure_; }
  // The name of the key that was taken.
  const std::string& duplicate_key() const { return duplicate_key_; }

  // Broken: not to be used any more. It is found out without asking the server, which says nothing
  // unasked but its farewell.
  bool broken() const;
  // By which the server knows it.
  std::uint32_t id() const { return id_; }

  void idle_since(MonoTime when) { idle_since_ = when; }
  MonoTime idle_since() const { return idle_since_; }

 private:
  struct Wire;
  class Watch;
  struct Asked;
  explicit Connection(Door& door);

  using Places = std::vector<boost::asio::ip::tcp::endpoint>;
  Task<Result<Places>> look_up(Deadline deadline);
  Task<Result<void>> connect(Deadline deadline);
  Task<Result<void>> connect_to(boost::asio::ip::tcp::endpoint place, Deadline deadline);
  Error not_connected(Error error);
  Task<Result<void>> set_up(Deadline deadline);
  Result<Rows> answered(const Asked& asked, std::shared_ptr<Answered> answer);
  Error failed_with(const Asked& asked);

  Door& door_;
  std::unique_ptr<Wire> wire_;
  Failure failure_ = Failure::none;
  std::string duplicate_key_;
  bool in_transaction_ = false;
  bool broken_ = false;
  std::uint32_t id_ = 0;
  MonoTime idle_since_{};
};

}  // namespace gochat::mysql
