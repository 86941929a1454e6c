// What both ends used between two moments, and the lines that say so.
#pragma once

#include <string_view>

#include "bench/histogram.hpp"
#include "bench/server_process.hpp"

namespace gochat::bench {

class Measured {
 public:
  explicit Measured(const ServerProcess& server)
      : server_{server}, before_{server.usage()}, own_before_{own_cpu_seconds()} {}

  void end(double seconds) {
    after_ = server_.usage();
    own_after_ = own_cpu_seconds();
    seconds_ = seconds;
  }
  double cpu_seconds() const { return after_.cpu_seconds - before_.cpu_seconds; }
  // One line: rate, and per unit what the server spent.
  void print(std::string_view unit, double units) const;

 private:
  const ServerProcess& server_;
  Usage before_;
  Usage after_;
  double own_before_;
  double own_after_ = 0;
  double seconds_ = 0;
};

void print_latency(std::string_view what, const Histogram& histogram);

}  // namespace gochat::bench
