// Credentials as gRPC takes them.
#pragma once

#include <grpcpp/security/credentials.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <memory>
#include <string_view>

#include "adapters/grpc/credentials.hpp"

namespace gochat::rpc {

inline constexpr const char* token_header = "gochat-token";
inline constexpr const char* trace_header = "traceparent";

std::shared_ptr<::grpc::ServerCredentials> server_credentials(const Credentials& credentials);
std::shared_ptr<::grpc::ChannelCredentials> client_credentials(const Credentials& credentials,
                                                               ::grpc::ChannelArguments& arguments);

// Whether the token is one of those that are taken; in a time that does not tell how much of it
// was right. Everybody is let in where none is asked for.
bool takes_token(const Credentials& credentials, std::string_view shown);

}  // namespace gochat::rpc
