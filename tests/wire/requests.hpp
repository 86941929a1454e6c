// What a golden frame of a client holds, in whatever dialect it was read.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <variant>

#include "protocol/client_frame.hpp"

namespace gochat::wire {

// The request of that kind; a test that finds another one, or an error, fails.
template <class Request>
Request request_of(const protocol::ClientFrame& frame, const std::string& name) {
  if (!frame.request || !std::holds_alternative<Request>(*frame.request)) {
    ADD_FAILURE() << name << ": "
                  << (frame.request ? "another request" : frame.request.error().hint);
    return {};
  }
  return std::get<Request>(*frame.request);
}

}  // namespace gochat::wire
