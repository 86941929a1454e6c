#include "app/certificate_watch.hpp"

#include "base/log.hpp"

namespace gochat::app {

namespace {

net::Certificate::Time now_of(const Clock& clock) {
  return std::chrono::floor<std::chrono::seconds>(clock.now());
}

}  // namespace

CertificateWatch::CertificateWatch(std::string key, std::shared_ptr<net::Certificate> certificate,
                                   Timers& timers, const Clock& clock)
    : key_{std::move(key)}, certificate_{std::move(certificate)}, timers_{timers}, clock_{clock} {}

void CertificateWatch::start() {
  if (!certificate_) return;
  warn_of_expiry(now_of(clock_));
  timer_ = timers_.after(interval, [this] { look(); });
}

void CertificateWatch::look() {
  const auto now = now_of(clock_);
  judge(certificate_->refresh(now), now);
  timer_ = timers_.after(interval, [this] { look(); });
}

void CertificateWatch::use(net::CertificateFiles files) {
  if ((certificate_ != nullptr) == files.certificate.empty()) {
    log::warn("changed, and applied at the next start", {{log::Field::key, key_}});
    return;
  }
  if (!certificate_) return;
  const auto now = now_of(clock_);
  judge(certificate_->use(std::move(files), now), now);
}

void CertificateWatch::judge(const Result<bool>& renewed, net::Certificate::Time now) {
  if (!renewed) {
    log::error("certificate refused, the one before it stays",
               {{log::Field::key, key_}, {log::Field::reason, renewed.error().detail}});
  } else if (*renewed) {
    log::info("certificate renewed",
              {{log::Field::key, key_}, {log::Field::days, certificate_->days_left(now)}});
    warned_ = {};
    if (whom_) whom_(*certificate_);
  }
  warn_of_expiry(now);
}

void CertificateWatch::warn_of_expiry(net::Certificate::Time now) {
  if (certificate_->expires() - now > expiry_warned_default) return;
  if (now - warned_ < std::chrono::days{1}) return;
  warned_ = now;
  log::warn("certificate expires soon",
            {{log::Field::key, key_}, {log::Field::days, certificate_->days_left(now)}});
}

}  // namespace gochat::app
