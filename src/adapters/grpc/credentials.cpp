#include "adapters/grpc/credentials.hpp"

#include <grpc/grpc.h>

#include <cstddef>
#include <utility>

#include "adapters/grpc/credentials_grpc.hpp"

namespace gochat::rpc {
namespace {

bool same_in_constant_time(std::string_view a, std::string_view b) {
  unsigned different = a.size() == b.size() ? 0U : 1U;
  for (std::size_t n = 0; n < b.size(); ++n) {
    const auto other = static_cast<unsigned char>(n < a.size() ? a[n] : 0);
    different |= static_cast<unsigned>(static_cast<unsigned char>(b[n]) ^ other);
  }
  return different == 0;
}

// gRPC's C++ takes a server's certificates once and for all, or watches files that it does not
// judge; its C asks for them again.
class RenewableCredentials final : public ::grpc::ServerCredentials {
 public:
  explicit RenewableCredentials(ServedCertificates& certificates) : certificates_{certificates} {}
  void SetAuthMetadataProcessor(const std::shared_ptr<::grpc::AuthMetadataProcessor>&) override {}

 private:
  static grpc_ssl_certificate_config_reload_status fetch(
      void* certificates, grpc_ssl_server_certificate_config** config) {
    return static_cast<ServedCertificates*>(certificates)->fetch(config);
  }
  int AddPortToServer(const std::string& address, grpc_server* server) override {
    auto* const options = grpc_ssl_server_credentials_create_options_using_config_fetcher(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY, &fetch, &certificates_);
    auto* const credentials = grpc_ssl_server_credentials_create_with_options(options);
    const int port = grpc_server_add_http2_port(server, address.c_str(), credentials);
    grpc_server_credentials_release(credentials);
    return port;
  }

  ServedCertificates& certificates_;
};

}  // namespace

void ServedCertificates::use(Certificates certificates) {
  const MutexLock lock{mutex_};
  certificates_ = std::move(certificates);
  fetched_ = false;
}

grpc_ssl_certificate_config_reload_status ServedCertificates::fetch(
    grpc_ssl_server_certificate_config** config) {
  const MutexLock lock{mutex_};
  if (std::exchange(fetched_, true)) return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_UNCHANGED;
  const grpc_ssl_pem_key_cert_pair pair{certificates_.own_key.c_str(), certificates_.own.c_str()};
  *config = grpc_ssl_server_certificate_config_create(certificates_.authorities.c_str(), &pair, 1);
  return GRPC_SSL_CERTIFICATE_CONFIG_RELOAD_NEW;
}

std::shared_ptr<::grpc::ServerCredentials> server_credentials(const Credentials& credentials,
                                                              ServedCertificates& certificates) {
  if (!credentials.secured()) return ::grpc::InsecureServerCredentials();
  return std::make_shared<RenewableCredentials>(certificates);
}

std::shared_ptr<::grpc::ChannelCredentials> client_credentials(
    const Credentials& credentials, ::grpc::ChannelArguments& arguments) {
  if (!credentials.secured()) return ::grpc::InsecureChannelCredentials();
  const Certificates& certificates = credentials.certificates;
  if (!certificates.expected_name.empty()) {
    arguments.SetSslTargetNameOverride(certificates.expected_name);
  }
  return ::grpc::SslCredentials({certificates.authorities, certificates.own_key, certificates.own});
}

bool takes_token(const Credentials& credentials, std::string_view shown) {
  bool taken = credentials.tokens.empty();
  for (const std::string& token : credentials.tokens) {
    if (same_in_constant_time(shown, token)) taken = true;
  }
  return taken;
}

}  // namespace gochat::rpc
