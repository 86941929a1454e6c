#pragma once

#include "adapters/redis/client.hpp"
#include "ports/ticket_store.hpp"

namespace gochat::redis {

// ticket:<ticket> is its value, taken and deleted in one command. Lives on one loop.
class RedisTickets final : public TicketStore {
 public:
  explicit RedisTickets(Client& client) : client_{client} {}

  Task<Result<void>> put(std::string ticket, std::string value, Duration ttl) override;
  Task<Result<std::string>> take(std::string ticket) override;

 private:
  Client& client_;
};

}  // namespace gochat::redis
