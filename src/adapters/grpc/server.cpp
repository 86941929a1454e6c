#include "adapters/grpc/server.hpp"

#include <grpcpp/ext/proto_server_reflection_plugin.h>
#include <grpcpp/generic/async_generic_service.h>
#include <grpcpp/health_check_service_interface.h>
#include <grpcpp/impl/codegen/rpc_service_method.h>
#include <grpcpp/impl/codegen/server_callback_handlers.h>
#include <grpcpp/impl/codegen/service_type.h>
#include <grpcpp/impl/server_builder_option.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>

#include <algorithm>
#include <atomic>
#include <boost/asio/post.hpp>
#include <deque>
#include <map>
#include <utility>

#include "adapters/grpc/bytes_buffer.hpp"
#include "adapters/grpc/credentials_grpc.hpp"
#include "adapters/grpc/declared.hpp"
#include "adapters/grpc/grpc_log.hpp"
#include "adapters/grpc/grpc_time.hpp"
#include "adapters/grpc/open_call.hpp"
#include "async/executor.hpp"
#include "async/gate.hpp"
#include "base/assert.hpp"
#include "base/log.hpp"
#include "base/network.hpp"
#include "base/span.hpp"

namespace gochat::rpc {
namespace {

constexpr Duration stranger_told_every = std::chrono::seconds{1};

using Arrive = std::function<::grpc::ServerUnaryReactor*(
    const Row&, ::grpc::CallbackServerContext&, const ::grpc::ByteBuffer&, ::grpc::ByteBuffer&)>;

// One service of the table. gRPC takes methods from generated classes by these same calls.
class TableService final : public ::grpc::Service {
 public:
  void add(const Row& row, const Arrive& arrive) {
    paths_.push_back("/" + row.service + "/" + row.method);
    AddMethod(new ::grpc::internal::RpcServiceMethod(
        paths_.back().c_str(), ::grpc::internal::RpcMethod::NORMAL_RPC, nullptr));
    using Unary = ::grpc::internal::CallbackUnaryHandler<::grpc::ByteBuffer, ::grpc::ByteBuffer>;
    MarkMethodCallback(
        static_cast<int>(paths_.size()) - 1,
        new Unary([&row, &arrive](::grpc::CallbackServerContext* context,
                                  const ::grpc::ByteBuffer* request, ::grpc::ByteBuffer* answer) {
          return arrive(row, *context, *request, *answer);
        }));
  }

 private:
  std::deque<std::string> paths_;  // gRPC keeps pointers
};

// The reflection library adds itself to every server of the process; this takes it out again.
class WithoutReflection final : public ::grpc::ServerBuilderOption {
 public:
  void UpdateArguments(::grpc::ChannelArguments*) override {}
  void UpdatePlugins(std::vector<std::unique_ptr<::grpc::ServerBuilderPlugin>>* plugins) override {
    std::erase_if(*plugins,
                  [](const auto& plugin) { return plugin->name() == "proto_server_reflection"; });
  }
};

bool for_this_machine_only(const std::string& listen) {
  if (listen.starts_with("unix:") || listen.starts_with("localhost:")) return true;
  std::string host = listen.substr(0, listen.rfind(':'));
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  const auto address = IpAddress::parse(host);
  return address && address->is_loopback();
}

Result<void> check_options(const ServerOptions& options) {
  const Certificates& certificates = options.credentials.certificates;
  if (certificates.own.empty() != certificates.own_key.empty() ||
      certificates.own.empty() != certificates.authorities.empty()) {
    return refused(ErrorCode::invalid_params,
                   "grpc needs a certificate, its key and the authorities, or none of them");
  }
  if (std::ranges::count(options.credentials.tokens, std::string{}) != 0) {
    return refused(ErrorCode::invalid_params, "an empty grpc token would let everybody in");
  }
  if (options.credentials.secured() || !options.credentials.tokens.empty() ||
      for_this_machine_only(options.listen)) {
    return {};
  }
  return refused(ErrorCode::invalid_params,
                 "grpc on " + options.listen +
                     " can be reached by others: give it a token or certificates, or a loopback "
                     "address");
}

}  // namespace

namespace {

trace::Span begin_span(const Row& row, const CallContext& call) {
  using trace::Attribute;
  trace::Span span = trace::start(row.method, trace::Kind::server,
                                  trace::Context::of_traceparent(call.traceparent));
  span.set(Attribute::rpc_system, "grpc");
  span.set(Attribute::rpc_service, row.service);
  span.set(Attribute::rpc_method, row.method);
  return span;
}

}  // namespace

struct Server::State : std::enable_shared_from_this<Server::State> {
  boost::asio::any_io_executor executor;
  Timers& timers;
  const ServerOptions options;
  std::deque<Row> rows;  // handlers of gRPC point at them
  ServerCounts counts;
  ServedCertificates certificates;
  OpenCalls open;
  Gate gate;
  Arrive arrive;
  std::map<std::string, TableService> services;
  ::grpc::CallbackGenericService unknown;
  std::unique_ptr<::grpc::Server> server;
  std::unique_ptr<ThreadPool> closer;
  int port = 0;
  std::atomic<bool> closing = false;
  bool serving = false;
  MonoTime next_stranger_told{};

  State(boost::asio::any_io_executor on, Timers& time, ServerOptions chosen)
      : executor{std::move(on)},
        timers{time},
        options{std::move(chosen)},
        certificates{options.credentials.certificates},
        open{options.calls_max},
        gate{executor} {}

  ::grpc::ServerUnaryReactor* take(const Row& row, ::grpc::CallbackServerContext& context,
                                   const ::grpc::ByteBuffer& request, ::grpc::ByteBuffer& answer);
  void begin(const Row& row, std::shared_ptr<OpenCall> call, std::string request);
  static Task<> handle(std::shared_ptr<State> self, const Row* row, std::shared_ptr<OpenCall> call,
                       CallContext context, std::string request);
  void ended(const Row& row, const OpenCall& call, ErrorCode code);
  void tell_health();
  void tell_of_stranger(const Row& row, const std::string& peer);
};

// On a thread of gRPC.
::grpc::ServerUnaryReactor* Server::State::take(const Row& row,
                                                ::grpc::CallbackServerContext& context,
                                                const ::grpc::ByteBuffer& request,
                                                ::grpc::ByteBuffer& answer) {
  const auto call = std::make_shared<OpenCall>(context, answer);
  auto* const reactor = call->reactor();
  if (!takes_token(options.credentials, call->header(token_header))) {
    counts.refused_credentials.add();
    boost::asio::post(executor, [self = shared_from_this(), &row, peer = call->peer()] {
      self->tell_of_stranger(row, peer);
    });
    call->answer(refused(ErrorCode::unauthorized, "the token of the calling service is not known"),
                 Begun::no);
  } else if (!open.add(call)) {
    counts.refused_overload.add();
    call->answer(failed(ErrorCode::overloaded,
                        "more than " + std::to_string(options.calls_max) + " calls are open"),
                 Begun::no);
  } else if (closing.load()) {
    // Whoever closes answers what was added before; this one came after.
    call->answer(failed(ErrorCode::unavailable, "the service is going"), Begun::no);
    open.remove(call);
  } else {
    boost::asio::post(executor,
                      [self = shared_from_this(), &row, call, bytes = to_bytes(request)]() mutable {
                        self->begin(row, std::move(call), std::move(bytes));
                      });
  }
  return reactor;
}

void Server::State::begin(const Row& row, std::shared_ptr<OpenCall> call, std::string request) {
  if (call->answered()) return open.remove(call);
  const Duration left =
      std::min(call->left().value_or(options.deadline_default), options.deadline_max);
  CallContext context{timers.now() + left, call->header(trace_header)};
  if (left <= Duration::zero()) {
    call->answer(failed(ErrorCode::timeout, "the deadline passed before the call began"),
                 Begun::no);
  } else if (call->given_up()) {
    call->answer(failed(ErrorCode::unavailable, "the caller left before the call began"),
                 Begun::no);
  } else if (gate.spawn(
                 handle(shared_from_this(), &row, call, std::move(context), std::move(request)))) {
    return;
  } else {
    call->answer(failed(ErrorCode::unavailable, "the service is stopping"), Begun::no);
  }
  open.remove(call);
}

Task<> Server::State::handle(std::shared_ptr<State> self, const Row* row,
                             std::shared_ptr<OpenCall> call, CallContext context,
                             std::string request) {
  trace::Span span = begin_span(*row, context);
  const trace::Scope scope{span.context()};
  if (span.recorded()) context.traceparent = span.context().traceparent();
  const auto result = co_await row->handler(std::move(context), std::move(request));
  span.answered(result.code());
  span.end();
  self->ended(*row, *call, result.code());
  call->answer(result);
  self->open.remove(call);
}

void Server::State::ended(const Row& row, const OpenCall& call, ErrorCode code) {
  const Duration took = call.since_arrival();
  counts.calls.at({row.method}).add();
  counts.seconds.at({row.method}).observe(took);
  if (code != ErrorCode::ok) counts.errors.at({row.method, error_row(code).name}).add();
  if (!log::enabled(log::Level::debug)) return;
  const auto whole_ms = std::chrono::duration_cast<std::chrono::milliseconds>(took).count();
  log::debug("served a call", {{log::Field::method, row.method},
                               {log::Field::code, error_row(code).name},
                               {log::Field::ms, std::int64_t{whole_ms}}});
}

// As often as it is useful: whoever knocks all day must not fill the log.
void Server::State::tell_of_stranger(const Row& row, const std::string& peer) {
  if (timers.now() < next_stranger_told) return;
  next_stranger_told = timers.now() + stranger_told_every;
  log::warn("refused a caller that does not show our token",
            {{log::Field::address, peer}, {log::Field::method, row.method}});
}

void Server::State::tell_health() {
  if (!server) return;
  auto* const health = server->GetHealthCheckService();
  health->SetServingStatus("", serving);
  for (const auto& [name, service] : services) health->SetServingStatus(name, serving);
}

Server::Server(boost::asio::any_io_executor executor, Timers& timers, ServerOptions options)
    : state_{std::make_shared<State>(std::move(executor), timers, std::move(options))} {
  route_grpc_log();
}

Server::~Server() {
  if (!state_->server) return;
  state_->closing = true;
  state_->open.answer_all(failed(ErrorCode::timeout, "the service went before it had answered"));
  state_->server->Shutdown(from_now(Duration::zero()));
  // What gRPC points at must not outlive it in the hands of a handler that still runs.
  state_->server.reset();
}

void Server::add(const MethodTable& table) {
  for (const Row& row : table) state_->rows.push_back(row);
}

Result<void> Server::start() {
  State& state = *state_;
  if (auto meant = check_options(state.options); !meant) return meant;
  if (auto fits = check_declared({state.rows.begin(), state.rows.end()}); !fits) return fits;
  state.arrive = [&state](const Row& row, ::grpc::CallbackServerContext& context,
                          const ::grpc::ByteBuffer& request, ::grpc::ByteBuffer& answer) {
    return state.take(row, context, request, answer);
  };
  ::grpc::EnableDefaultHealthCheckService(true);
  ::grpc::reflection::InitProtoReflectionServerBuilderPlugin();
  ::grpc::ServerBuilder builder;
  if (!state.options.reflection) builder.SetOption(std::make_unique<WithoutReflection>());
  const auto bytes_max = static_cast<int>(state.options.message_bytes_max);
  builder.SetMaxReceiveMessageSize(bytes_max).SetMaxSendMessageSize(bytes_max);
  // A forgotten server on the port would take half of the connections in silence.
  builder.AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder.AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, 1'000);
  builder.AddListeningPort(state.options.listen,
                           server_credentials(state.options.credentials, state.certificates),
                           &state.port);
  for (const Row& row : state.rows) state.services[row.service].add(row, state.arrive);
  for (auto& [name, service] : state.services) builder.RegisterService(&service);
  // It answers that a method is unknown. gRPC starts no server without a method of ours, and a role
  // that is asked for its health alone has none.
  builder.RegisterCallbackGenericService(&state.unknown);
  state.server = builder.BuildAndStart();
  if (!state.server) {
    return failed(ErrorCode::unavailable,
                  "grpc cannot listen on " + state.options.listen + "; is another process there?");
  }
  state.tell_health();
  return {};
}

std::uint16_t Server::port() const { return static_cast<std::uint16_t>(state_->port); }

void Server::use(Certificates certificates) { state_->certificates.use(std::move(certificates)); }

void Server::set_serving(bool on) {
  state_->serving = on;
  state_->tell_health();
}

Task<> Server::stop(Duration drain) {
  const auto state = state_;
  if (!state->server) co_return;
  state->serving = false;
  state->tell_health();
  const auto lost = failed(ErrorCode::timeout, "the service stopped before it had answered");
  const auto alarm = state->timers.after(drain, [state, lost] { state->open.answer_all(lost); });
  // It blocks until every call is answered.
  state->closer = std::make_unique<ThreadPool>(1, 1, "grpc-stop");
  // Without the state: the pool is part of it, and its thread must not be the last to hold it.
  const auto closed = co_await run_on(*state->closer, [server = state->server.get(), drain] {
    server->Shutdown(from_now(drain));
    return Result<void>{};
  });
  GOCHAT_ASSERT(closed.ok());
  co_await state->gate.close();
}

std::size_t Server::calls_open() const { return state_->open.size(); }
const ServerCounts& Server::counts() const { return state_->counts; }

}  // namespace gochat::rpc
