// Credentials as gRPC takes them.
#pragma once

#include <grpc/grpc_security.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <memory>
#include <string_view>

#include "adapters/grpc/credentials.hpp"
#include "base/mutex.hpp"

namespace gochat::rpc {

inline constexpr const char* token_header = "gochat-token";
inline constexpr const char* trace_header = "traceparent";

// The certificates of a server that may be renewed while it runs. gRPC asks for them, on threads of
// its own, before every handshake; what is open goes on.
class ServedCertificates {
 public:
  explicit ServedCertificates(Certificates certificates) : certificates_{std::move(certificates)} {}
  void use(Certificates certificates);
  grpc_ssl_certificate_config_reload_status fetch(grpc_ssl_server_certificate_config** config);

 private:
  Mutex mutex_;
  Certificates certificates_ GOCHAT_GUARDED_BY(mutex_);
  bool fetched_ GOCHAT_GUARDED_BY(mutex_) = false;
};

// `certificates` outlives the server.
std::shared_ptr<::grpc::ServerCredentials> server_credentials(const Credentials& credentials,
                                                              ServedCertificates& certificates);
std::shared_ptr<::grpc::ChannelCredentials> client_credentials(const Credentials& credentials,
                                                               ::grpc::ChannelArguments& arguments);

// Whether the token is one of those that are taken; in a time that does not tell how much of it
// was right. Everybody is let in where none is asked for.
bool takes_token(const Credentials& credentials, std::string_view shown);

}  // namespace gochat::rpc
