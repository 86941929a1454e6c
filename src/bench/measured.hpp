// What both ends used between two moments, and the lines that say so.
#pragma once

#include <string_view>

#include "bench/histogram.hpp"
#include "bench/subject.hpp"

namespace gochat::bench {

class Measured {
 public:
  explicit Measured(Subject& subject) : subject_{subject} {}

  Task<Result<void>> begin();
  Task<Result<void>> end(double seconds);
  // One line: rate, and per unit what the server spent; for a cluster also a line for each part.
  void print(std::string_view unit, double units) const;

 private:
  void print_parts(std::string_view unit, double units) const;

  Subject& subject_;
  std::vector<Part> before_;
  std::vector<Part> after_;
  double own_before_ = 0;
  double own_after_ = 0;
  double seconds_ = 0;
};

void print_latency(std::string_view what, const Histogram& histogram);

}  // namespace gochat::bench
