// Looks at the files of a certificate every few seconds, so that a renewed one is shown
// without a restart. A pair that cannot be used is logged, and the one before it stays.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "async/timer.hpp"
#include "net/certificate.hpp"
#include "ports/clock.hpp"

namespace gochat::app {

class CertificateWatch {
 public:
  static constexpr Duration interval = std::chrono::seconds{2};
  // From there on it is told once a day that nobody has renewed it yet.
  static constexpr Duration expiry_warned_default = std::chrono::days{14};

  // `key` names it in the log. Null: no TLS, and nothing to watch.
  CertificateWatch(std::string key, std::shared_ptr<net::Certificate> certificate, Timers& timers,
                   const Clock& clock);
  void start();
  // Called after each renewal.
  void tell(std::function<void(const net::Certificate&)> whom) { whom_ = std::move(whom); }
  // What the configuration names now. Whether there is TLS at all is decided at the start.
  void use(net::CertificateFiles files);
  void stop() { timer_.cancel(); }

 private:
  void look();
  void judge(const Result<bool>& renewed, net::Certificate::Time now);
  void warn_of_expiry(net::Certificate::Time now);

  const std::string key_;
  const std::shared_ptr<net::Certificate> certificate_;
  std::function<void(const net::Certificate&)> whom_;
  Timers& timers_;
  const Clock& clock_;
  Timer timer_;
  net::Certificate::Time warned_{};
};

}  // namespace gochat::app
