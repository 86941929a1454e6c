#include "app/identity.hpp"

#include <utility>

namespace gochat::app {
namespace {

net::CertificateFiles files_of(const config::Config::Grpc& grpc) {
  return {grpc.tls_certificate, grpc.tls_key, grpc.tls_authorities};
}

}  // namespace

Identity::Identity(const config::Config& config, Timers& timers, const Clock& clock)
    : config_{config}, timers_{timers}, clock_{clock} {}

Result<void> Identity::open() {
  if (!config_.grpc.tls_certificate.empty()) {
    auto opened = net::Certificate::open(files_of(config_.grpc),
                                         std::chrono::floor<std::chrono::seconds>(clock_.now()));
    if (!opened) return std::move(opened).error();
    certificate_ = std::move(*opened);
  }
  watch_.emplace("grpc.tls_certificate", certificate_, timers_, clock_);
  return {};
}

rpc::Certificates Identity::certificates() const {
  if (!certificate_) return {};
  const net::Certificate::Pem& pem = certificate_->pem();
  return {.authorities = pem.authorities,
          .own = pem.certificate,
          .own_key = pem.key,
          .expected_name = config_.grpc.tls_name};
}

void Identity::watch(std::function<void(const rpc::Certificates&)> renewed) {
  watch_->tell(
      [this, renewed = std::move(renewed)](const net::Certificate&) { renewed(certificates()); });
  watch_->start();
}

void Identity::apply(const config::Config& wanted) {
  if (watch_) watch_->use(files_of(wanted.grpc));
}

void Identity::stop() {
  if (watch_) watch_->stop();
}

}  // namespace gochat::app
