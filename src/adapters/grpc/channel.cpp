#include "adapters/grpc/channel.hpp"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <functional>
#include <unordered_set>
#include <utility>

#include "adapters/grpc/bytes_buffer.hpp"
#include "adapters/grpc/credentials_grpc.hpp"
#include "adapters/grpc/grpc_log.hpp"
#include "adapters/grpc/grpc_time.hpp"
#include "adapters/grpc/status.hpp"
#include "async/executor.hpp"
#include "base/mutex.hpp"

namespace gochat::rpc {
namespace {

using Stub = ::grpc::TemplatedGenericStub<::grpc::ByteBuffer, ::grpc::ByteBuffer>;

int whole_ms(Duration duration) {
  return static_cast<int>(std::chrono::ceil<std::chrono::milliseconds>(duration).count());
}

std::shared_ptr<::grpc::Channel> dial(const std::string& address, const ChannelOptions& options) {
  ::grpc::ChannelArguments arguments;
  const auto bytes_max = static_cast<int>(options.message_bytes_max);
  arguments.SetMaxReceiveMessageSize(bytes_max);
  arguments.SetMaxSendMessageSize(bytes_max);
  // What may be tried again is decided above, where it is known which methods bear it.
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  arguments.SetInt(GRPC_ARG_SERVICE_CONFIG_DISABLE_RESOLUTION, 1);
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_INITIAL_RECONNECT_BACKOFF_MS, whole_ms(options.reconnect_first));
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, whole_ms(options.reconnect_first));
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, whole_ms(options.reconnect_max));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, whole_ms(options.ping_every));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, whole_ms(options.ping_timeout));
  arguments.SetInt(GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_MAX_PINGS_WITHOUT_DATA, 0);
  const auto credentials = client_credentials(options.credentials, arguments);
  return ::grpc::CreateCustomChannel(address, credentials, arguments);
}

// What gRPC works on while a call is open.
struct Flight {
  ::grpc::ClientContext context;
  ::grpc::ByteBuffer request;
  ::grpc::ByteBuffer response;
};

Answer answer_of(const Flight& flight, const ::grpc::Status& status) {
  if (status.ok()) return {to_bytes(flight.response), true, true};
  Failure failure = from_status(flight.context, status);
  return {std::move(failure.error), failure.answered, failure.begun == Begun::perhaps};
}

}  // namespace

struct Channel::State {
  std::string token;
  std::unique_ptr<Stub> stub;
  Mutex mutex;
  Condition landed;
  std::unordered_set<Flight*> open GOCHAT_GUARDED_BY(mutex);

  void took_off(Flight* flight) {
    const MutexLock lock{mutex};
    open.insert(flight);
  }
  void land(Flight* flight) {
    const MutexLock lock{mutex};
    open.erase(flight);
    landed.notify_all();
  }
  void cancel_all() {
    const MutexLock lock{mutex};
    for (Flight* flight : open) flight->context.TryCancel();
    while (!open.empty()) landed.wait(mutex);
  }
};

Channel::Channel(const std::string& address, const ChannelOptions& options)
    : state_{std::make_shared<State>()} {
  route_grpc_log();
  if (!options.credentials.tokens.empty()) state_->token = options.credentials.tokens.front();
  state_->stub = std::make_unique<Stub>(dial(address, options));
}

void Channel::cancel_all() { state_->cancel_all(); }

Task<Answer> Channel::call(Request request) {
  auto begin = [state = state_, request = std::move(request)](auto done) mutable {
    auto flight = std::make_shared<Flight>();
    flight->context.set_deadline(from_now(request.timeout));
    if (!state->token.empty()) flight->context.AddMetadata(token_header, state->token);
    if (!request.traceparent.empty()) {
      flight->context.AddMetadata(trace_header, request.traceparent);
    }
    flight->request = to_buffer(request.bytes);
    state->took_off(flight.get());
    auto ended = std::make_shared<decltype(done)>(std::move(done));
    state->stub->UnaryCall(&flight->context, request.path, {}, &flight->request, &flight->response,
                           [state, flight, ended](const ::grpc::Status& status) {
                             (*ended)(answer_of(*flight, status));
                             state->land(flight.get());
                           });
  };
  co_return co_await await_callback<Answer>(std::move(begin));
}

}  // namespace gochat::rpc
