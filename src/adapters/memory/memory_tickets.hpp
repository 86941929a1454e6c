#pragma once

#include <string>
#include <unordered_map>

#include "ports/ticket_store.hpp"

namespace gochat::memory {

struct MemoryTicketLimits {
  std::size_t tickets_max = 100'000;
};

// Tickets of one process. Lives on one loop; a ticket that nobody takes is forgotten when its time
// is over.
class MemoryTickets final : public TicketStore {
 public:
  explicit MemoryTickets(Timers& timers, MemoryTicketLimits limits = {})
      : timers_{timers}, limits_{limits} {}

  Task<Result<void>> put(std::string ticket, std::string value, Duration ttl) override;
  Task<Result<std::string>> take(std::string ticket) override;

 private:
  struct Held {
    std::string value;
    Timer expiry;
  };
  Timers& timers_;
  MemoryTicketLimits limits_;
  std::unordered_map<std::string, Held> tickets_;
};

}  // namespace gochat::memory
