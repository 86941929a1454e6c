// What this process shows the others of its cluster, and whom it believes: the files of
// `grpc.tls_*`, judged at the start and looked at while it runs.
#pragma once

#include <functional>
#include <memory>
#include <optional>

#include "adapters/grpc/credentials.hpp"
#include "app/certificate_watch.hpp"
#include "base/result.hpp"
#include "config/config.hpp"

namespace gochat::app {

class Identity {
 public:
  Identity(const config::Config& config, Timers& timers, const Clock& clock);

  // Before anything else. The error names the cause in `detail` and the remedy in `hint`.
  Result<void> open();
  // Empty without TLS.
  rpc::Certificates certificates() const;
  // Null without TLS.
  const net::Certificate* certificate() const { return certificate_.get(); }
  // From now on the files are looked at; told when there are others.
  void watch(std::function<void(const rpc::Certificates&)> renewed);
  void apply(const config::Config& wanted);
  void stop();

 private:
  const config::Config& config_;
  Timers& timers_;
  const Clock& clock_;
  std::shared_ptr<net::Certificate> certificate_;
  std::optional<CertificateWatch> watch_;
};

}  // namespace gochat::app
