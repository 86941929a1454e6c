// The one error table as gRPC says it, both ways. Codes of gRPC are fewer than ours, so the trailer
// `gochat-error` carries the number; what a client may be shown and when to come back go beside it.
#pragma once

#include <grpcpp/client_context.h>
#include <grpcpp/server_context.h>
#include <grpcpp/support/status.h>

#include <string>
#include <string_view>

#include "base/error.hpp"

namespace gochat::rpc {

// What a caller can do about it, in one sentence.
std::string_view advice(ErrorCode code);

// Whether the work behind a call may have begun.
enum class Begun : bool { no, perhaps };

// Puts the trailers into `context`; the message is the cause and the advice.
::grpc::Status to_status(::grpc::CallbackServerContext& context, const Error& error, Begun begun);

struct Failure {
  Error error;
  // The service itself said so; otherwise the answer was lost, or the call never got there.
  bool answered = false;
  Begun begun = Begun::perhaps;
};

// An unanswered call that may have been carried out is `timeout`, which means that nobody knows;
// one that cannot have been is `unavailable`.
Failure from_status(const ::grpc::ClientContext& context, const ::grpc::Status& status);

}  // namespace gochat::rpc
