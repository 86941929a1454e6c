#include "adapters/memory/memory_tickets.hpp"

namespace gochat::memory {

Task<Result<void>> MemoryTickets::put(std::string ticket, std::string value, Duration ttl) {
  if (tickets_.size() >= limits_.tickets_max) {
    co_return failed(ErrorCode::overloaded, "too many tickets wait to be used");
  }
  Timer expiry = timers_.after(ttl, [this, ticket] { tickets_.erase(ticket); });
  tickets_[std::move(ticket)] = {std::move(value), std::move(expiry)};
  co_return Result<void>{};
}

Task<Result<std::string>> MemoryTickets::take(std::string ticket) {
  auto node = tickets_.extract(ticket);
  if (!node) co_return failed(ErrorCode::unauthorized, "the ticket is unknown, used or expired");
  co_return std::move(node.mapped().value);
}

}  // namespace gochat::memory
