// Between the bytes of a message and gRPC's buffer of slices.
#pragma once

#include <grpcpp/support/byte_buffer.h>

#include <string>
#include <vector>

namespace gochat::rpc {

inline ::grpc::ByteBuffer to_buffer(const std::string& bytes) {
  const ::grpc::Slice slice{bytes};
  return {&slice, 1};
}

inline std::string to_bytes(const ::grpc::ByteBuffer& buffer) {
  std::string bytes;
  std::vector<::grpc::Slice> slices;
  if (!buffer.Valid() || !buffer.Dump(&slices).ok()) return bytes;
  bytes.reserve(buffer.Length());
  for (const ::grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

}  // namespace gochat::rpc
