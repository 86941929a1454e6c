// HTTP requests that wait for the receipt of their send.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <unordered_map>

#include "async/executor.hpp"
#include "async/timer.hpp"
#include "protocol/records.hpp"

namespace gochat::gateway {

class Receipts {
 public:
  explicit Receipts(Timers& timers) : timers_{timers} {}

  // Opens a place for the receipt before the send is published: it may come at once.
  std::string expect();
  // Ends the place. `timeout` when nothing came in time: unknown, the same client id again gets the
  // answer.
  Task<Result<protocol::Receipt>> wait(std::string request, Duration time_max);
  void forget(const std::string& request) { places_.erase(request); }
  void arrived(const protocol::Receipt& receipt);

 private:
  struct Place {
    std::optional<protocol::Receipt> early;
    std::move_only_function<void(Result<protocol::Receipt>)> done;
    Timer timer;
  };
  static Result<protocol::Receipt> outcome(const protocol::Receipt& receipt);

  Timers& timers_;
  std::uint64_t last_ = 0;
  std::unordered_map<std::string, Place> places_;
};

}  // namespace gochat::gateway
