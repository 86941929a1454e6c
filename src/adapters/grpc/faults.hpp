// What is wrong with a message that came in. Whoever reads one goes through all of it, and asks
// once at the end.
#pragma once

#include <string>
#include <utility>

#include "base/error.hpp"

namespace gochat::rpc {

class Faults {
 public:
  // The first one is kept.
  void add(std::string what) {
    if (first_.empty()) first_ = std::move(what);
  }
  explicit operator bool() const { return !first_.empty(); }

  // To a caller who sent it.
  Error of_request() const { return refused(ErrorCode::invalid_params, first_); }
  // To our own side, which received it from a service.
  Error of_answer() const { return failed(ErrorCode::internal, "an answer is wrong: " + first_); }

 private:
  std::string first_;
};

}  // namespace gochat::rpc
