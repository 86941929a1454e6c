#include "app/measures.hpp"

#include "app/process_figures.hpp"
#include "base/log.hpp"
#include "base/log_writer.hpp"
#include "logic/fan_out.hpp"
#include "protocol/dead_letter_topics.hpp"

namespace gochat::app {
namespace {

double seconds(Duration time) { return std::chrono::duration<double>{time}.count(); }

template <class Value>
double number(Value value) {
  return static_cast<double>(value);
}

}  // namespace

void name_process(metrics::Registry& registry, const Health& health, const LoopWatch& loop) {
  registry.gauge({"gochat_build_info",
                  "Always 1; the label names the release.",
                  {{"version", GOCHAT_VERSION}}},
                 [] { return 1.0; });
  registry.gauge({"gochat_ready", "1 while /readyz answers 200."},
                 [&health] { return number(health.ready()); });
  registry.gauge({"gochat_draining", "1 from the signal that ends the process on."},
                 [&health] { return number(health.draining()); });
  registry.histogram({"gochat_loop_lag_seconds",
                      "How late a call of the main loop came, asked for once a second."},
                     loop.lag());
  for (std::size_t n = 0; n < log::level_count; ++n) {
    const auto level = static_cast<log::Level>(n);
    registry.counter({"gochat_log_lines_total",
                      "Lines written to the log.",
                      {{"level", std::string{log::name_of(level)}}}},
                     [level] { return number(log::lines_written(level)); });
  }
  registry.counter({"gochat_log_lines_dropped_total",
                    "Lines that were lost, because nobody read them or a disk was full."},
                   [] { return number(log::lines_dropped()); });
  // These names are the same for every program, so that any dashboard knows them.
  registry.counter({"process_cpu_seconds_total", "User and system time of all threads."},
                   [] { return process_figures().cpu_seconds; });
  registry.gauge({"process_start_time_seconds", "When the process started, since 1970."},
                 [] { return process_figures().started_at; });
  registry.gauge({"process_resident_memory_bytes", "Memory that the process occupies."},
                 [] { return number(process_figures().resident_bytes); });
  registry.gauge({"process_virtual_memory_bytes", "Addresses that the process has reserved."},
                 [] { return number(process_figures().virtual_bytes); });
  registry.gauge({"process_threads", "Threads of the process."},
                 [] { return number(process_figures().threads); });
  registry.gauge({"process_open_fds", "Open file descriptors; each socket is one."},
                 [] { return number(open_descriptors()); });
  registry.gauge({"process_max_fds", "File descriptors that the process may open."},
                 [] { return number(open_descriptors_max()); });
}

void name_configuration(metrics::Registry& registry, const Configuration& configuration) {
  registry.gauge(
      {"gochat_config_good",
       "0 while something newer than what is in force has a mistake, which the log names."},
      [&configuration] { return number(configuration.good()); });
  registry.gauge({"gochat_config_waiting_keys", "Keys whose change waits for the next start."},
                 [&configuration] { return number(configuration.waiting()); });
  registry.counter(
      {"gochat_config_applied_total", "How often a changed configuration was applied."},
      configuration.counts().applied);
  registry.counter({"gochat_config_refused_total", "How often one was not, for a mistake in it."},
                   configuration.counts().refused);
}

void name_store(metrics::Registry& registry, const sqlite::Store& store) {
  const sqlite::StoreCounts& counts = store.counts();
  registry.histogram(
      {"gochat_store_commit_seconds", "One transaction, from its begin until the disk has it."},
      counts.commit_seconds);
  registry.histogram({"gochat_store_commit_items", "Writes that shared one transaction."},
                     counts.commit_items);
  registry.counter({"gochat_store_commit_failures_total", "Transactions that were not written."},
                   counts.commit_failures);
  registry.counter({"gochat_store_refused_total",
                    "Writes refused because the commit queue was full or its oldest too old."},
                   [&store] { return number(store.figures().refused); });
  registry.gauge({"gochat_store_queue_bytes", "What waits for the commit thread or is with it."},
                 [&store] { return number(store.figures().queue_bytes); });
  registry.gauge({"gochat_store_queue_items", "Writes that wait for the commit thread."},
                 [&store] { return number(store.figures().queue_items); });
  registry.gauge({"gochat_store_queue_age_seconds",
                  "How long the oldest write in the commit queue has waited."},
                 [&store] { return seconds(store.figures().queue_age); });
  registry.gauge({"gochat_store_log_frames", "Pages in the write-ahead log."},
                 [&store] { return number(store.figures().log_frames); });
  registry.counter({"gochat_store_checkpoints_total",
                    "How often the whole write-ahead log was moved into the database."},
                   [&store] { return number(store.figures().checkpoints); });
  registry.gauge({"gochat_store_unmerged_rows",
                  "Messages that memory indexes until they are merged into the sorted tables."},
                 [&store] { return number(store.figures().unmerged_rows); });
  registry.counter({"gochat_store_merges_total", "Merges that were completed."}, counts.merges);
  registry.gauge({"gochat_store_writable", "0 after a failed sync: open the store again."},
                 [&store] { return number(store.writable()); });
}

void name_queue(metrics::Registry& registry, const memory::MemoryQueue& queue) {
  registry.gauge({"gochat_queue_records",
                  "Records of the message queue that some consumer has not finished with."},
                 [&queue] { return number(queue.figures().records); });
  registry.gauge({"gochat_queue_bytes", "The bytes of those records."},
                 [&queue] { return number(queue.figures().bytes); });
}

void name_ids(metrics::Registry& registry, const memory::SnowflakeIds& ids) {
  registry.counter({"gochat_ids_issued_total", "Ids that were issued."}, ids.counts().issued);
  registry.counter({"gochat_ids_exhausted_total",
                    "Milliseconds whose ids were used up, so that the next one was borrowed."},
                   ids.counts().exhausted);
  registry.counter({"gochat_ids_clock_steps_total", "How often the clock was seen to go back."},
                   ids.counts().clock_steps);
  registry.gauge({"gochat_ids_lead_seconds", "How far ids run ahead of the clock."},
                 [&ids] { return number(ids.lead_ms()) / 1000; });
}

void name_dead_letters(metrics::Registry& registry,
                       std::function<std::uint64_t(const std::string&)> kept) {
  for (const auto& one : protocol::dead_letter_topics()) {
    registry.counter({"gochat_dead_letters_total",
                      "Records of a topic that were given up and kept.",
                      {{"topic", std::string{one.topic}}}},
                     [kept, letters = std::string{one.letters}] { return number(kept(letters)); });
  }
}

void name_fan_out(metrics::Registry& registry, const logic::FanOutCounts& counts) {
  registry.histogram({"gochat_message_receivers_online",
                      "Receivers of one message who had a connection, its sender among them."},
                     counts.online);
  registry.histogram(
      {"gochat_message_receivers_away", "Receivers of one message who had no connection."},
      counts.away);
}

void name_tasks(metrics::Registry& registry, const task::Tasks& tasks) {
  const task::TaskCounts& counts = tasks.counts();
  registry.counter({"gochat_tasks_done_total", "Background tasks that were done."}, counts.done);
  registry.counter({"gochat_task_retries_total", "Background tasks that failed and wait."},
                   counts.retries);
  registry.counter({"gochat_tasks_failed_total", "Background tasks that were given up."},
                   counts.dead_letters);
  registry.histogram({"gochat_task_seconds", "One try of a background task."}, counts.seconds);
  const task::FanOutCounts& shards = tasks.fan_out_counts();
  registry.histogram({"gochat_shard_receivers",
                      "Members that one shard of a large group told of a message, away or not."},
                     shards.receivers);
  registry.histogram({"gochat_shard_gateways", "Gateways that one shard went to."},
                     shards.gateways);
}

void name_hooks(metrics::Registry& registry, const Hooks& hooks) {
  registry.counter({"gochat_webhook_attempts_total", "Calls to a hook, by what it answered."},
                   hooks.attempts());
  name_breakers(registry, "hooks", [&hooks] { return hooks.left_alone(); });
}

void name_tracing(metrics::Registry& registry, const Tracing& tracing) {
  const trace::RecorderCounts& spans = tracing.recorder().counts();
  const otlp::ExporterCounts& sent = tracing.counts();
  registry.counter({"gochat_trace_spans_total", "Spans that were recorded."}, spans.recorded);
  registry.counter({"gochat_trace_spans_dropped_total", "Spans that found no room to wait."},
                   spans.dropped);
  registry.counter({"gochat_trace_spans_exported_total", "Spans that a collector has taken."},
                   sent.exported);
  registry.counter({"gochat_trace_spans_rejected_total",
                    "Spans that the collector refused, or that were left at the end."},
                   sent.rejected);
  registry.counter({"gochat_trace_export_failures_total", "Calls to the collector that failed."},
                   sent.failed_calls);
  registry.gauge({"gochat_trace_spans_waiting", "Spans that wait to be exported."},
                 [&tracing] { return static_cast<double>(tracing.recorder().waiting()); });
}

void name_breakers(metrics::Registry& registry, const std::string& backend,
                   std::function<std::size_t()> open) {
  registry.gauge({"gochat_breakers_open",
                  "Servers of a backend that are left alone because they kept failing.",
                  {{"backend", backend}}},
                 [open = std::move(open)] { return number(open()); });
}

void name_pool(metrics::Registry& registry, const std::string& pool, const ThreadPool& threads) {
  const metrics::Labels labels{{"pool", pool}};
  registry.gauge({"gochat_pool_waiting_jobs", "Jobs that wait for a thread.", labels},
                 [&threads] { return number(threads.figures().waiting); });
  registry.gauge({"gochat_pool_running_jobs", "Jobs that a thread is at.", labels},
                 [&threads] { return number(threads.figures().running); });
  registry.counter({"gochat_pool_jobs_total", "Jobs that are done.", labels},
                   [&threads] { return number(threads.figures().done); });
  registry.counter(
      {"gochat_pool_refused_total", "Jobs refused because the pool's queue was full.", labels},
      [&threads] { return number(threads.figures().refused); });
}

}  // namespace gochat::app
