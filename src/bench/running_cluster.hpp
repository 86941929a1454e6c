// A cluster that somebody else started: its gateways, and whoever of it tells what was used.
#pragma once

#include <optional>

#include "async/loop.hpp"
#include "bench/subject.hpp"
#include "net/http_client.hpp"

namespace gochat::bench {

class RunningCluster final : public Subject {
 public:
  // `gateways`: "http://HOST:PORT,…". `watched`: "NAME=http://HOST:PORT,…" is a process of GoChat
  // by its internal listener, "NAME=PID" any process of this machine; equal names are one part.
  static Result<std::unique_ptr<RunningCluster>> of(Loop& loop, std::string_view gateways,
                                                    std::string_view watched);

  const std::vector<Door>& doors() const override { return doors_; }
  Task<Result<std::vector<Part>>> read() override;

 private:
  struct Watched {
    std::string name;
    pid_t pid = 0;
    std::unique_ptr<net::HttpClient> metrics;
  };

  explicit RunningCluster(Loop& loop) : loop_{loop} {}
  Result<void> watch(std::string_view entry);
  Task<Result<void>> read_one(const Watched* one, Part* into);

  Loop& loop_;
  std::vector<Door> doors_;
  std::vector<Watched> watched_;
};

// The sum of all series of that metric in Prometheus' text.
double sum_of(std::string_view text, std::string_view metric);

}  // namespace gochat::bench
