// The embedded store alone: batches through ConversationLog in this process, no server.
#include <fmt/format.h>

#include "adapters/sqlite/store_bench.hpp"
#include "async/loop.hpp"
#include "bench/scenarios.hpp"
#include "bench/temporary_folder.hpp"

namespace gochat::bench {
namespace {

void print(const sqlite::StoreBenchRow& row) {
  fmt::print(
      "batch {:<6} {:>10.0f} rows/s, {:>6.2f} us CPU, {:>7.0f} bytes written, {:>6.4f} syncs per "
      "row; {} rows in {:.1f} s, {:.0f} % of a core\n",
      row.batch, row.rows_per_second(), row.cpu_us_per_row(), row.bytes_per_row(),
      row.syncs_per_row(), row.rows, row.seconds, row.cpu_seconds / row.seconds * 100);
}

}  // namespace

Result<void> run_store(StoreOptions options) {
  auto folder = TemporaryFolder::make();
  if (!folder) return folder.error();
  Loop loop{"bench"};
  sqlite::StoreBenchOptions load;
  load.directory = folder->path();
  load.rows_before = options.rows_before;
  load.rows_per_batch = options.rows;
  load.conversations = options.conversations;
  load.content_bytes = options.content_bytes;
  load.now = [&loop] { return loop.timers().now(); };
  fmt::print(
      "store, {} rows stored before, {} conversations, bodies of {} bytes, random client ids; one "
      "batch after the other, each synced before its answer, page checksums on\n",
      options.rows_before, options.conversations, options.content_bytes);
  auto report = sqlite::run_store_bench(load);
  if (!report) return report.error();
  for (const auto& row : report->rows) print(row);
  fmt::print("opening      {:.3f} s for {} rows; the file holds {} bytes per row\n",
             report->open_seconds, options.rows_before + report->rows.size() * options.rows,
             report->file_bytes_per_row);
  return {};
}

}  // namespace gochat::bench
