#include "adapters/grpc/channel.hpp"

#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>
#include <grpcpp/create_channel.h>
#include <grpcpp/generic/generic_stub.h>

#include <functional>
#include <unordered_map>
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
  // By this name gRPC means how long an attempt to connect may take.
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, whole_ms(options.connect_timeout));
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

// The flights that are open. They share it, for the last one signs off while the channel goes.
class Flights {
 public:
  Flight* begin() {
    auto flight = std::make_unique<Flight>();
    Flight* const begun = flight.get();
    const MutexLock lock{mutex_};
    open_.emplace(begun, std::move(flight));
    return begun;
  }
  // A flight holds the channel, and a channel whose last holder were a thread of gRPC would have
  // that thread wait for itself. So it is freed before the channel is let go.
  void end(Flight* flight) {
    const MutexLock lock{mutex_};
    open_.erase(flight);
    ended_.notify_all();
  }
  void cancel_all() {
    const MutexLock lock{mutex_};
    for (const auto& [flight, owned] : open_) flight->context.TryCancel();
    while (!open_.empty()) ended_.wait(mutex_);
  }

 private:
  Mutex mutex_;
  Condition ended_;
  std::unordered_map<Flight*, std::unique_ptr<Flight>> open_ GOCHAT_GUARDED_BY(mutex_);
};

}  // namespace

struct Channel::State {
  std::string token;
  Stub stub;
  std::shared_ptr<Flights> flights = std::make_shared<Flights>();
};

Channel::Channel(const std::string& address, const ChannelOptions& options) {
  route_grpc_log();
  const auto& tokens = options.credentials.tokens;
  state_ = std::make_unique<State>(tokens.empty() ? std::string{} : tokens.front(),
                                   Stub{dial(address, options)});
}

Channel::~Channel() { cancel_all(); }

void Channel::cancel_all() { state_->flights->cancel_all(); }

Task<Answer> Channel::call(Request request) {
  auto begin = [state = state_.get(), request = std::move(request)](auto done) mutable {
    Flight* const flight = state->flights->begin();
    flight->context.set_deadline(from_now(request.timeout));
    if (!state->token.empty()) flight->context.AddMetadata(token_header, state->token);
    if (!request.traceparent.empty()) {
      flight->context.AddMetadata(trace_header, request.traceparent);
    }
    const auto& [name, value] = request.shown;
    if (!name.empty()) flight->context.AddMetadata(name, value);
    flight->request = to_buffer(request.bytes);
    auto ended = std::make_shared<decltype(done)>(std::move(done));
    state->stub.UnaryCall(&flight->context, request.path, {}, &flight->request, &flight->response,
                          [flights = state->flights, flight, ended](const ::grpc::Status& status) {
                            (*ended)(answer_of(*flight, status));
                            flights->end(flight);
                          });
  };
  co_return co_await await_callback<Answer>(std::move(begin));
}

}  // namespace gochat::rpc
