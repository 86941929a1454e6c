#include "adapters/grpc/credentials.hpp"

#include <cstddef>

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

}  // namespace

std::shared_ptr<::grpc::ServerCredentials> server_credentials(const Credentials& credentials) {
  if (!credentials.secured()) return ::grpc::InsecureServerCredentials();
  ::grpc::SslServerCredentialsOptions options{
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY};
  options.pem_root_certs = credentials.certificates.authorities;
  options.pem_key_cert_pairs.push_back(
      {credentials.certificates.own_key, credentials.certificates.own});
  return ::grpc::SslServerCredentials(options);
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
