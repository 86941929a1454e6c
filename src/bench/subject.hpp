// What is under load: where its people connect, and what its parts have used so far.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "async/loop.hpp"
#include "async/task.hpp"
#include "base/result.hpp"
#include "bench/usage.hpp"

namespace gochat::bench {

struct Door {
  std::string host;
  std::uint16_t port = 0;
};

// What a cluster asks of its backends and of itself, as its own metrics count it.
struct Operation {
  std::string_view name;
  std::string_view metric;  // all its series together
};
inline constexpr std::array<Operation, 6> operations{{
    {"SQL", "gochat_mysql_statements_total"},
    {"commits", "gochat_mysql_transactions_total"},
    {"Redis", "gochat_redis_commands_total"},
    {"produced", "gochat_kafka_produced_total"},
    {"consumed", "gochat_kafka_consumed_total"},
    {"calls", "gochat_calls_total"},
}};

// All processes of one name.
struct Part {
  std::string name;
  std::size_t processes = 0;
  Usage usage{};
  std::array<double, operations.size()> done{};
  bool counts_operations = false;
};

class Subject {
 public:
  virtual ~Subject() = default;
  // At least one; people are spread over them.
  virtual const std::vector<Door>& doors() const = 0;
  // In the same order every time.
  virtual Task<Result<std::vector<Part>>> read() = 0;
};

// What a user names; see RunningCluster. Without gateways: a server of its own.
struct Target {
  std::string gateways;
  std::string watched;
};
Result<std::unique_ptr<Subject>> subject_of(Loop& loop, const Target& target);

}  // namespace gochat::bench
