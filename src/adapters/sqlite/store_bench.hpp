// How much the store costs per message: what `gochat bench store` prints, and what docs compare
// with the prototypes' figures.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <vector>

#include "async/timer.hpp"
#include "base/result.hpp"

namespace gochat::sqlite {

struct StoreBenchOptions {
  // An empty directory; the database stays there.
  std::filesystem::path directory;
  std::vector<std::size_t> batches{10, 100, 1000};
  // Stored before anything is measured, in batches of a thousand.
  std::size_t rows_before = 300'000;
  std::size_t rows_per_batch = 100'000;
  std::size_t conversations = 1'000;
  std::size_t content_bytes = 100;
  std::uint64_t seed = 1;
  std::function<MonoTime()> now;
};

struct StoreBenchRow {
  std::size_t batch = 0;
  std::size_t rows = 0;
  double seconds = 0;
  double cpu_seconds = 0;  // of the whole process: writer, sorter and the caller
  std::uint64_t disk_bytes = 0;
  std::uint64_t disk_syncs = 0;

  double rows_per_second() const { return static_cast<double>(rows) / seconds; }
  double cpu_us_per_row() const { return cpu_seconds * 1e6 / static_cast<double>(rows); }
  double syncs_per_row() const {
    return static_cast<double>(disk_syncs) / static_cast<double>(rows);
  }
  double bytes_per_row() const {
    return static_cast<double>(disk_bytes) / static_cast<double>(rows);
  }
};

struct StoreBenchReport {
  std::vector<StoreBenchRow> rows;
  double open_seconds = 0;  // of the full store, once more at the end
  std::uint64_t file_bytes_per_row = 0;
};

// Appends batches one after another through ConversationLog, with page checksums on and every sync
// made.
Result<StoreBenchReport> run_store_bench(const StoreBenchOptions& options);

}  // namespace gochat::sqlite
