#include "adapters/mysql/connection.hpp"

#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/mysql/field_view.hpp>
#include <boost/mysql/results.hpp>
#include <string_view>

#include "adapters/mysql/answered.hpp"
#include "adapters/mysql/failure.hpp"
#include "adapters/mysql/wire.hpp"
#include "async/await_until.hpp"
#include "base/log.hpp"
#include "base/trace_context.hpp"

namespace gochat::mysql {
namespace {

constexpr auto with_code = boost::asio::as_tuple(boost::asio::use_awaitable);

boost::mysql::field_view field_of(const Param& param) {
  struct Convert {
    boost::mysql::field_view operator()(std::nullptr_t) const { return {}; }
    boost::mysql::field_view operator()(std::int64_t n) const {
      return boost::mysql::field_view{n};
    }
    boost::mysql::field_view operator()(std::uint64_t n) const {
      return boost::mysql::field_view{n};
    }
    boost::mysql::field_view operator()(std::string_view text) const {
      return boost::mysql::field_view{boost::mysql::string_view{text.data(), text.size()}};
    }
    boost::mysql::field_view operator()(Bytes value) const {
      const auto* bytes = reinterpret_cast<const unsigned char*>(value.bytes.data());
      return boost::mysql::field_view{boost::mysql::blob_view{bytes, value.bytes.size()}};
    }
  };
  return std::visit(Convert{}, param.value());
}

std::vector<boost::mysql::field_view> fields_of(const Params& params) {
  std::vector<boost::mysql::field_view> fields;
  fields.reserve(params.size());
  for (const Param& param : params) fields.push_back(field_of(param));
  return fields;
}

// As the server counts; it reads none as its own choice.
std::int64_t seconds_of(Duration duration) {
  return std::max<std::int64_t>(1, std::chrono::ceil<std::chrono::seconds>(duration).count());
}

}  // namespace

// Drops the connection at the deadline: the call that waits then ends.
class Connection::Watch {
 public:
  Watch(Wire& wire, Timers& timers, Deadline deadline)
      : timer_{timers.at(deadline, [&wire] {
          wire.late = true;
          wire.close();
        })} {}

 private:
  Timer timer_;
};

// One call, from when it began.
struct Connection::Asked {
  std::string_view sql;
  MonoTime since;
  trace::Context cause;
};

Connection::Connection(Door& door)
    : door_{door}, wire_{std::make_unique<Wire>(door.executor_, door.tls_->context)} {}

Connection::~Connection() = default;

Task<Result<std::unique_ptr<Connection>>> Connection::open(Door* door, Deadline deadline) {
  std::unique_ptr<Connection> connection{new Connection{*door}};
  const Deadline until = std::min(deadline, door->timers_.now() + door->limits_.connect_max);
  auto connected = co_await connection->connect(until);
  if (connected) connected = co_await connection->set_up(until);
  if (!connected) {
    door->counts_.not_opened.add();
    co_return std::move(connected).error();
  }
  door->counts_.opened.add();
  co_return std::move(connection);
}

// An address needs no look-up. One that hangs cannot be broken off: it is left to end by itself.
Task<Result<Connection::Places>> Connection::look_up(Deadline deadline) {
  using boost::asio::ip::tcp;
  boost::system::error_code is_a_name;
  const auto address = boost::asio::ip::make_address(door_.server_.host, is_a_name);
  if (!is_a_name) co_return Places{{address, door_.server_.port}};
  const auto begin = [this](auto done) {
    auto resolver = std::make_shared<tcp::resolver>(door_.executor_);
    resolver->async_resolve(
        door_.server_.host, std::to_string(door_.server_.port),
        [resolver, done = std::move(done)](const boost::system::error_code& unknown,
                                           const tcp::resolver::results_type& found) mutable {
          if (unknown) return done(failed(ErrorCode::unavailable, unknown.message()));
          done(Places{found.begin(), found.end()});
        });
  };
  auto found = co_await await_until<Result<Places>>(door_.timers_, deadline, begin);
  if (!found) co_return failed(ErrorCode::unavailable, "its name was not looked up in time");
  co_return *std::move(found);
}

// A name may stand for several addresses, of which the server listens on one.
Task<Result<void>> Connection::connect(Deadline deadline) {
  if (!door_.tls_trouble_.empty()) {
    co_return not_connected(failed(ErrorCode::unavailable, door_.tls_trouble_));
  }
  auto places = co_await look_up(deadline);
  if (!places) co_return not_connected(std::move(places).error());
  Error error;
  for (const auto& place : *places) {
    wire_ = std::make_unique<Wire>(door_.executor_, door_.tls_->context);
    broken_ = false;  // by the address before this one
    auto connected = co_await connect_to(place, deadline);
    if (connected) co_return connected;
    error = std::move(connected).error();
  }
  co_return not_connected(std::move(error));
}

Task<Result<void>> Connection::connect_to(boost::asio::ip::tcp::endpoint place, Deadline deadline) {
  const ServerOptions& server = door_.server_;
  const Asked asked{"(connect)", door_.timers_.now(), trace::current()};
  const trace::Kept kept;
  Watch watch{*wire_, door_.timers_, deadline};
  const auto mode = server.tls ? boost::mysql::ssl_mode::require : boost::mysql::ssl_mode::disable;
  const boost::mysql::handshake_params who{server.user, server.password, server.database,
                                           boost::mysql::handshake_params::default_collation, mode};
  auto [code] = co_await wire_->stream.async_connect(place, who, wire_->diagnostics, with_code);
  wire_->code = code;
  if (code || wire_->late) co_return failed_with(asked);
  boost::system::error_code ignored;
  wire_->socket().set_option(boost::asio::ip::tcp::no_delay{true}, ignored);
  co_return Unit{};
}

// Whatever keeps us out, nothing was done.
Error Connection::not_connected(Error error) {
  broken_ = true;
  error.code = ErrorCode::unavailable;
  error.detail = fmt::format("{}:{}: {}", door_.server_.host, door_.server_.port, error.detail);
  return error;
}

Task<Result<void>> Connection::set_up(Deadline deadline) {
  const std::int64_t lock_wait = seconds_of(door_.limits_.lock_wait_max);
  const std::int64_t silence = seconds_of(door_.limits_.silence_max);
  const std::string session[] = {
      "SET NAMES utf8mb4 COLLATE utf8mb4_bin",
      "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED",
      fmt::format("SET SESSION sql_mode = 'STRICT_ALL_TABLES,NO_ENGINE_SUBSTITUTION', time_zone = "
                  "'+00:00', innodb_lock_wait_timeout = {}, wait_timeout = {}, autocommit = 1",
                  lock_wait, silence),
  };
  for (const std::string& text : session) {
    auto done = co_await run_text(text, deadline);
    if (!done) co_return std::move(done).error();
  }
  auto id = co_await run_text("SELECT CONNECTION_ID()", deadline);
  if (!id) co_return std::move(id).error();
  if (!id->empty()) id_ = static_cast<std::uint32_t>((*id)[0].uint64(0));
  co_return Unit{};
}

Task<Result<Rows>> Connection::run(Sql sql, Params params, Deadline deadline) {
  const Asked asked{sql.text(), door_.timers_.now(), trace::current()};
  const trace::Kept kept;
  Watch watch{*wire_, door_.timers_, deadline};
  auto known = wire_->statements.find(sql.text());
  if (known == wire_->statements.end()) {
    if (wire_->statements.size() >= door_.limits_.statements_max) {
      const auto oldest = std::ranges::min_element(
          wire_->statements, {}, [](const auto& entry) { return entry.second.used; });
      const boost::mysql::statement unused = oldest->second.statement;
      wire_->statements.erase(oldest);
      auto [code] =
          co_await wire_->stream.async_close_statement(unused, wire_->diagnostics, with_code);
      wire_->code = code;
      if (code) co_return failed_with(asked);
    }
    auto [code, statement] = co_await wire_->stream.async_prepare_statement(
        boost::mysql::string_view{sql.text().data(), sql.text().size()}, wire_->diagnostics,
        with_code);
    wire_->code = code;
    if (code) co_return failed_with(asked);
    known = wire_->statements.emplace(sql.text(), Wire::Prepared{statement}).first;
  }
  known->second.used = ++wire_->uses;
  GOCHAT_ASSERT(known->second.statement.num_params() == params.size());
  const auto fields = fields_of(params);
  auto answer = std::make_shared<Answered>();
  auto [code] = co_await wire_->stream.async_execute(
      known->second.statement.bind(fields.begin(), fields.end()), answer->results,
      wire_->diagnostics, with_code);
  wire_->code = code;
  if (code) co_return failed_with(asked);
  co_return answered(asked, std::move(answer));
}

Task<Result<Rows>> Connection::run_text(std::string sql, Deadline deadline) {
  const Asked asked{sql, door_.timers_.now(), trace::current()};
  const trace::Kept kept;
  Watch watch{*wire_, door_.timers_, deadline};
  auto answer = std::make_shared<Answered>();
  auto [code] =
      co_await wire_->stream.async_execute(boost::mysql::string_view{sql.data(), sql.size()},
                                           answer->results, wire_->diagnostics, with_code);
  wire_->code = code;
  if (code) co_return failed_with(asked);
  co_return answered(asked, std::move(answer));
}

Task<Result<void>> Connection::begin(Deadline deadline) {
  auto begun = co_await run_text("BEGIN", deadline);
  if (!begun) co_return std::move(begun).error();
  in_transaction_ = true;
  co_return Unit{};
}

Task<Result<void>> Connection::commit(Deadline deadline) {
  auto committed = co_await run_text("COMMIT", deadline);
  if (!committed) co_return std::move(committed).error();
  in_transaction_ = false;
  door_.counts_.transactions.add();
  co_return Unit{};
}

// Also after a deadlock, which ends the transaction by itself: a lock that took too long ends only
// its statement.
Task<Result<void>> Connection::rollback(Deadline deadline) {
  auto gone = co_await run_text("ROLLBACK", deadline);
  if (!gone) co_return std::move(gone).error();
  in_transaction_ = false;
  co_return Unit{};
}

Task<Result<void>> Connection::ping(Deadline deadline) {
  const Asked asked{"(ping)", door_.timers_.now(), trace::current()};
  const trace::Kept kept;
  Watch watch{*wire_, door_.timers_, deadline};
  auto [code] = co_await wire_->stream.async_ping(wire_->diagnostics, with_code);
  wire_->code = code;
  if (code) co_return failed_with(asked);
  failure_ = Failure::none;
  co_return Unit{};
}

bool Connection::broken() const {
  if (broken_ || wire_->late || !wire_->socket().is_open()) return true;
  char unasked = 0;
  const auto got =
      ::recv(wire_->socket().native_handle(), &unasked, sizeof unasked, MSG_PEEK | MSG_DONTWAIT);
  return got >= 0;
}

Result<Rows> Connection::answered(const Asked& asked, std::shared_ptr<Answered> answer) {
  failure_ = Failure::none;
  Rows rows{std::move(answer)};
  const Duration took = door_.timers_.now() - asked.since;
  Counts& counts = door_.counts_;
  counts.statements.add();
  counts.statement_seconds.observe(took);
  const bool slow = took > door_.limits_.slow_after;
  if (slow) counts.slow_statements.add();
  const log::Level level = slow ? log::Level::warn : log::Level::debug;
  if (log::enabled(level)) {
    const trace::Scope scope{asked.cause};
    const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
    log::write(level, slow ? "a slow statement" : "statement",
               {{log::Field::source, "mysql"},
                {log::Field::sql, asked.sql},
                {log::Field::rows, static_cast<std::int64_t>(rows.size())},
                {log::Field::ms, ms}});
  }
  return rows;
}

Error Connection::failed_with(const Asked& asked) {
  failure_ = wire_->late ? Failure::deadline : failure_of(wire_->code);
  // Only by a server that closes without a word.
  if (failure_ == Failure::none) failure_ = Failure::lost;
  Counts& counts = door_.counts_;
  counts.failed_statements.add();
  if (failure_ == Failure::duplicate) {
    counts.duplicates.add();
    const auto words = wire_->diagnostics.server_message();
    duplicate_key_ = mysql::duplicate_key({words.data(), words.size()});
  }
  if (failure_ == Failure::lost || failure_ == Failure::deadline) {
    counts.lost.add();
    broken_ = true;
    wire_->close();
  }
  Error error = error_of(failure_, wire_->code);
  // A server that does not serve us, such as one that became a replica: another may by now.
  if (failure_ == Failure::refused && error.code == ErrorCode::unavailable) broken_ = true;
  if (failure_ == Failure::duplicate) error.detail = "the key " + duplicate_key_ + " is taken";
  if (log::enabled(log::Level::debug)) {
    const trace::Scope scope{asked.cause};
    log::debug("statement failed", {{log::Field::source, "mysql"},
                                    {log::Field::sql, asked.sql},
                                    {log::Field::reason, error.detail}});
  }
  return error;
}

}  // namespace gochat::mysql
