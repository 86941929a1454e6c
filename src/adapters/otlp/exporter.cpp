#include "adapters/otlp/exporter.hpp"

#include <algorithm>
#include <utility>

#include "adapters/grpc/channel.hpp"
#include "adapters/otlp/encode.hpp"
#include "async/gate.hpp"
#include "async/wakeup.hpp"
#include "base/log.hpp"
#include "otlp/trace.pb.h"

namespace gochat::otlp {
namespace {

constexpr const char* export_path = "/opentelemetry.proto.collector.trace.v1.TraceService/Export";
constexpr std::string_view plain_scheme = "http://";
constexpr std::string_view default_port = ":4317";

// Collectors close a connection that is pinged more often than every five minutes while idle.
constexpr Duration ping_every = std::chrono::minutes{10};

}  // namespace

Result<std::string> collector_address(const std::string& endpoint) {
  std::string_view text = endpoint;
  if (text.starts_with(plain_scheme)) text.remove_prefix(plain_scheme.size());
  while (text.ends_with('/')) text.remove_suffix(1);
  if (text.empty() || text.find('/') != text.npos) {
    return refused(ErrorCode::invalid_params,
                   "a collector is host:port, or http://host:port, over gRPC without TLS");
  }
  const auto colon = text.rfind(':');
  const bool has_port = colon != text.npos && !text.ends_with(']') &&
                        (text.starts_with('[') || text.find(':') == colon);
  std::string address{text};
  if (!has_port) address += default_port;
  return address;
}

struct Exporter::State {
  Timers& timers;
  Dice dice;
  trace::Recorder& recorder;
  const ExporterOptions options;
  rpc::Channel channel;
  ExporterCounts counts;
  Gate gate;
  Wakeup pause;
  bool reached = true;  // or nobody has tried yet
  bool stopping = false;
  MonoTime end{};  // when stopping: later, nothing is sent any more

  State(boost::asio::any_io_executor executor, Timers& time, Dice random, trace::Recorder& of,
        ExporterOptions chosen)
      : timers{time},
        dice{std::move(random)},
        recorder{of},
        options{std::move(chosen)},
        channel{options.address, rpc::ChannelOptions{.ping_every = ping_every}},
        gate{std::move(executor)} {}

  enum class Outcome : std::uint8_t { done, again };
  Task<> run();
  Task<> export_waiting();
  Task<Outcome> send(std::string bytes, std::size_t spans);
  void answered(const std::string& bytes, std::size_t spans);
  void tell(const Result<std::string>& result);
};

Task<> Exporter::State::run() {
  while (!stopping) {
    co_await export_waiting();
    if (!stopping) co_await pause.wait(timers, options.every);
  }
  co_await export_waiting();
}

// One batch is tried until it is taken or refused; when the process ends, once more.
Task<> Exporter::State::export_waiting() {
  for (;;) {
    const auto spans = recorder.take(options.batch_spans_max);
    if (spans.empty()) co_return;
    const std::string bytes = encode(options.resource, spans);
    for (std::uint32_t tries = 1;; ++tries) {
      const bool last = stopping;
      const auto outcome = co_await send(bytes, spans.size());
      if (outcome == Outcome::done) break;
      if (last) {
        counts.rejected.add(spans.size() + recorder.take(recorder.waiting()).size());
        co_return;
      }
      if (!stopping) co_await pause.wait(timers, full_jitter(options.retry, tries, dice()));
    }
  }
}

Task<Exporter::State::Outcome> Exporter::State::send(std::string bytes, std::size_t spans) {
  const Duration timeout = stopping ? end - timers.now() : options.call_time_max;
  if (timeout <= Duration::zero()) co_return Outcome::again;
  counts.calls.add();
  rpc::Answer answer = co_await channel.call(
      {.path = export_path, .bytes = std::move(bytes), .traceparent = {}, .timeout = timeout});
  tell(answer.result);
  if (answer.result) {
    answered(*answer.result, spans);
    co_return Outcome::done;
  }
  counts.failed_calls.add();
  if (error_row(answer.result.code()).retryable) co_return Outcome::again;
  counts.rejected.add(spans);
  co_return Outcome::done;
}

// Once, whenever it changes.
void Exporter::State::tell(const Result<std::string>& result) {
  if (result.ok() == std::exchange(reached, result.ok())) return;
  if (result) {
    log::info("spans are exported again", {{log::Field::address, options.address}});
  } else {
    log::warn("spans are not exported", {{log::Field::address, options.address},
                                         {log::Field::reason, result.error().detail}});
  }
}

void Exporter::State::answered(const std::string& bytes, std::size_t spans) {
  v1::ExportTraceServiceResponse response;
  std::size_t rejected = 0;
  if (response.ParseFromString(bytes) && response.partial_success().rejected_spans() > 0) {
    rejected =
        std::min(spans, static_cast<std::size_t>(response.partial_success().rejected_spans()));
  }
  counts.rejected.add(rejected);
  counts.exported.add(spans - rejected);
}

Exporter::Exporter(boost::asio::any_io_executor executor, Timers& timers, Dice dice,
                   trace::Recorder& recorder, ExporterOptions options)
    : state_{std::make_unique<State>(std::move(executor), timers, std::move(dice), recorder,
                                     std::move(options))} {}

Exporter::~Exporter() = default;

void Exporter::start() { state_->gate.spawn(state_->run()); }

Task<> Exporter::stop() {
  state_->stopping = true;
  state_->end = state_->timers.now() + state_->options.last_calls_time_max;
  state_->pause.notify();
  const Timer hurry = state_->timers.at(state_->end, [this] { state_->channel.cancel_all(); });
  co_await state_->gate.close();
}

const ExporterCounts& Exporter::counts() const { return state_->counts; }

}  // namespace gochat::otlp
