// Asks a server what it serves, as grpcurl does. The messages are written out as bytes, for their
// types are none of ours.
#pragma once

#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <string>

#include "adapters/grpc/bytes_buffer.hpp"

namespace gochat::rpc {

inline constexpr const char* list_services = "\x3a\x01*";

// One question, and all of its answer's bytes; or the status.
inline std::string reflect(const std::string& address, const std::string& request) {
  ::grpc::GenericStub stub{::grpc::CreateChannel(address, ::grpc::InsecureChannelCredentials())};
  ::grpc::ClientContext context;
  ::grpc::CompletionQueue queue;
  const auto stream = stub.PrepareCall(
      &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  void* tag = nullptr;
  bool ok = false;
  ::grpc::ByteBuffer answer;
  ::grpc::Status status;
  stream->StartCall(&tag);
  queue.Next(&tag, &ok);
  if (ok) stream->WriteLast(to_buffer(request), {}, &tag);
  if (ok) queue.Next(&tag, &ok);
  if (ok) stream->Read(&answer, &tag);
  if (ok) queue.Next(&tag, &ok);
  stream->Finish(&status, &tag);
  queue.Next(&tag, &ok);
  if (!status.ok()) return "status " + std::to_string(status.error_code());
  return to_bytes(answer);
}

}  // namespace gochat::rpc
