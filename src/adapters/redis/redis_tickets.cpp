#include "adapters/redis/redis_tickets.hpp"

#include <utility>

#include "adapters/redis/numbers.hpp"

namespace gochat::redis {

Task<Result<void>> RedisTickets::put(std::string ticket, std::string value, Duration ttl) {
  auto put = co_await client_.call({.name = "SET",
                                    .key = client_.keys().make("ticket:", ticket),
                                    .words = {std::move(value), "PX", milliseconds_of(ttl)}});
  if (!put) co_return std::move(put).error();
  co_return Result<void>{};
}

Task<Result<std::string>> RedisTickets::take(std::string ticket) {
  Command command{.name = "GETDEL", .key = client_.keys().make("ticket:", ticket)};
  command.again = false;
  auto taken = co_await client_.call(std::move(command));
  if (!taken) co_return std::move(taken).error();
  if (!taken->is(Reply::Kind::text)) {
    co_return failed(ErrorCode::unauthorized, "the ticket is unknown, used or expired");
  }
  co_return std::move(taken->text);
}

}  // namespace gochat::redis
