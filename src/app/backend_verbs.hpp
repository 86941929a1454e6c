// Verbs that a cluster's backends answer, whether or not a process of it runs: the pages that a
// server has for them, without the server.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>

#include "async/timer.hpp"
#include "config/config.hpp"
#include "net/http_message.hpp"

namespace gochat::app {

class BackendVerbs {
 public:
  // The error names a setting that cannot be.
  static Result<BackendVerbs> open(const config::Config& config);
  BackendVerbs(BackendVerbs&&) noexcept;
  ~BackendVerbs();

  net::HttpResponse ask(std::string path, std::string body);

 private:
  struct Parts;
  explicit BackendVerbs(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace gochat::app
