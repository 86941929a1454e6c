// The loads of `gochat bench`. Each prints its own table; a run that broke a promise is a failure.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/result.hpp"
#include "bench/subject.hpp"

namespace gochat::bench {

struct IdleOptions {
  std::size_t connections = 1'000;
};
Result<void> run_idle(IdleOptions options);

struct ChatOptions {
  Target target;
  std::size_t connections = 1'000;  // half of them speak, each to its own partner
  double per_second = 10'000;
  double warm_up_seconds = 2;
  double seconds = 10;
  std::size_t content_bytes = 100;
};
Result<void> run_chat(ChatOptions options);

struct FanoutOptions {
  Target target;
  std::size_t receivers = 1'000;
  std::size_t members = 0;  // of the group; those beyond the receivers are away
  std::size_t messages = 200;
  std::size_t burst = 1;
  bool world = false;  // otherwise one group
};
Result<void> run_fanout(FanoutOptions options);

struct LoginsOptions {
  std::size_t logins = 200;
  std::size_t people = 8;  // below auth.hashing_queue, so that nobody is refused
  std::size_t threads = 1;
  std::size_t cost = 10;
};
Result<void> run_logins(LoginsOptions options);

struct StoreOptions {
  std::size_t rows = 100'000;  // of each batch size
  std::size_t rows_before = 300'000;
  std::size_t conversations = 1'000;
  std::size_t content_bytes = 100;
};
Result<void> run_store(StoreOptions options);

}  // namespace gochat::bench
