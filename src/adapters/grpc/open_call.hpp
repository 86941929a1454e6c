// A call from its arrival on one of gRPC's threads to its answer.
#pragma once

#include <grpcpp/server_context.h>
#include <grpcpp/support/byte_buffer.h>
#include <grpcpp/support/server_callback.h>

#include <atomic>
#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <unordered_set>
#include <vector>

#include "adapters/grpc/status.hpp"
#include "async/timer.hpp"
#include "base/mutex.hpp"
#include "base/result.hpp"

namespace gochat::rpc {

class OpenCall {
 public:
  OpenCall(::grpc::CallbackServerContext& context, ::grpc::ByteBuffer& answer);

  ::grpc::ServerUnaryReactor* reactor() { return reactor_; }
  // How long the caller still waits; nothing: it did not say.
  std::optional<Duration> left() const;
  Duration since_arrival() const;
  // The value of a header, empty when it is not there.
  std::string header(const char* key) const;
  // Where the call comes from.
  std::string peer() const { return context_->peer(); }

  // The first answer counts; behind it gRPC may free all that this points to.
  void answer(const Result<std::string>& result, Begun begun = Begun::perhaps);
  bool answered() const { return answered_.load(); }
  // The caller waits for nothing any more.
  bool given_up() const { return context_->IsCancelled(); }

 private:
  ::grpc::CallbackServerContext* context_;
  ::grpc::ByteBuffer* answer_;
  ::grpc::ServerUnaryReactor* reactor_;
  gpr_timespec deadline_;
  gpr_timespec arrived_;
  std::atomic<bool> answered_ = false;
};

// Those that are open, so that their number is bounded and none is forgotten.
class OpenCalls {
 public:
  explicit OpenCalls(std::size_t max) : max_{max} {}
  // false: full.
  bool add(const std::shared_ptr<OpenCall>& call);
  void remove(const std::shared_ptr<OpenCall>& call);
  std::size_t size() const;
  // Answers all of them; they leave by themselves.
  void answer_all(const Error& error);

 private:
  const std::size_t max_;
  mutable Mutex mutex_;
  std::unordered_set<std::shared_ptr<OpenCall>> calls_ GOCHAT_GUARDED_BY(mutex_);
};

}  // namespace gochat::rpc
