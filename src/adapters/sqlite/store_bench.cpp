#include "adapters/sqlite/store_bench.hpp"

#include <sys/resource.h>

#include <optional>
#include <random>

#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/store.hpp"
#include "async/drive.hpp"
#include "domain/snowflake.hpp"

namespace gochat::sqlite {
namespace {

constexpr WallTime start_time = wall_time(1'767'225'600'000);  // 2026-01-01
constexpr std::size_t client_id_bytes = 16;

double cpu_seconds() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  const auto seconds = [](const timeval& t) {
    return static_cast<double>(t.tv_sec) + static_cast<double>(t.tv_usec) / 1e6;
  };
  return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

class FixedClock final : public Clock {
 public:
  WallTime now() const override { return start_time; }
};

class SeededBytes final : public Random {
 public:
  explicit SeededBytes(std::uint64_t seed) : numbers_{seed} {}
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(numbers_());
  }

 private:
  std::mt19937_64 numbers_;
};

class Bench {
 public:
  explicit Bench(const StoreBenchOptions& options)
      : options_{options}, random_{options.seed}, numbers_{options.seed} {}

  Result<StoreBenchReport> run();

 private:
  Result<void> open();
  Result<void> make_conversations();
  Result<void> append(std::size_t rows, std::size_t batch);
  Result<StoreBenchRow> measure(std::size_t batch);
  LogItem draft();
  ConversationId place(std::size_t n) const {
    return single_id(UserId{static_cast<std::int64_t>(2 * n + 1)},
                     UserId{static_cast<std::int64_t>(2 * n + 2)});
  }

  const StoreBenchOptions& options_;
  boost::asio::io_context loop_;
  FixedClock clock_;
  SeededBytes random_;
  std::mt19937_64 numbers_;
  Snowflake ids_{0};
  WallTime time_ = start_time;
  std::size_t stored_ = 0;
  ChecksumVfs vfs_;
  ThreadPool writer_{1, 16, "store-writer"};
  ThreadPool readers_{1, 16, "store-reader"};
  ThreadPool sorter_{1, 16, "store-sorter"};
  std::vector<ConversationId> places_;
  std::unique_ptr<Store> store_;
};

Result<void> Bench::open() {
  StoreOptions options;
  options.path = options_.directory / "gochat.db";
  options.vfs = vfs_.name();
  // The batches are made by hand here, so waiting for more is of no use.
  options.limits.gather_max = Duration::zero();
  // A busy machine makes it slow, not wrong.
  options.limits.queue_age_max = std::chrono::minutes{5};
  auto opened = Store::open(options, {writer_, readers_, sorter_, clock_, random_, options_.now});
  if (!opened) return std::move(opened).error();
  store_ = std::move(*opened);
  return {};
}

Result<void> Bench::make_conversations() {
  for (std::size_t n = 0; n < options_.conversations;) {
    LogBatch batch;
    for (; n < options_.conversations && batch.items.size() < 1000; ++n) {
      places_.push_back(place(n));
      const auto user = static_cast<std::int64_t>(2 * n + 1);
      batch.items.emplace_back(
          Change{places_.back(), change::OpenSingle{UserId{user}, UserId{user + 1}}, time_});
    }
    auto done = drive(loop_, store_->log().append(std::move(batch), MonoTime::max()));
    if (!done) return std::move(done).error();
  }
  return {};
}

// Client ids are random, as a browser makes them: the hard case for every index over them.
LogItem Bench::draft() {
  MessageDraft draft;
  Message& message = draft.message;
  const std::size_t n = numbers_() % places_.size();
  message.id = MessageId{ids_.next(time_)};
  message.conversation = places_[n];
  message.sender = UserId{static_cast<std::int64_t>(2 * n + 1 + numbers_() % 2)};
  while (message.client_msg_id.size() < client_id_bytes) {
    message.client_msg_id += static_cast<char>('a' + numbers_() % 26);
  }
  message.content.assign(options_.content_bytes, 'x');
  message.content_hash =
      content_hash(message.conversation, message.type, message.content, message.reply_to);
  message.sent_at = time_;
  draft.judged_by = MemberVersion{1};
  return draft;
}

Result<void> Bench::append(std::size_t rows, std::size_t batch_items) {
  for (std::size_t done = 0; done < rows;) {
    LogBatch batch;
    for (; batch.items.size() < batch_items && done < rows; ++done) batch.items.push_back(draft());
    time_ += std::chrono::milliseconds{1};
    stored_ += batch.items.size();
    auto answers = drive(loop_, store_->log().append(std::move(batch), MonoTime::max()));
    if (!answers) return std::move(answers).error();
    for (const LogAnswer& answer : *answers) {
      if (const auto* error = std::get_if<Error>(&answer)) return *error;
    }
  }
  return {};
}

Result<StoreBenchRow> Bench::measure(std::size_t batch) {
  const DiskCounters before = vfs_.counters();
  const MonoTime begun = options_.now();
  const double cpu = cpu_seconds();
  if (auto done = append(options_.rows_per_batch, batch); !done) return std::move(done).error();
  const DiskCounters after = vfs_.counters();
  StoreBenchRow row;
  row.batch = batch;
  row.rows = options_.rows_per_batch;
  row.seconds = std::chrono::duration<double>(options_.now() - begun).count();
  row.cpu_seconds = cpu_seconds() - cpu;
  row.disk_bytes =
      after.database_bytes + after.wal_bytes - before.database_bytes - before.wal_bytes;
  row.disk_syncs =
      after.database_syncs + after.wal_syncs - before.database_syncs - before.wal_syncs;
  return row;
}

Result<StoreBenchReport> Bench::run() {
  if (auto opened = open(); !opened) return std::move(opened).error();
  if (auto made = make_conversations(); !made) return std::move(made).error();
  if (auto filled = append(options_.rows_before, 1000); !filled) return std::move(filled).error();
  StoreBenchReport report;
  for (const std::size_t batch : options_.batches) {
    auto row = measure(batch);
    if (!row) return std::move(row).error();
    report.rows.push_back(*row);
  }
  store_.reset();
  const MonoTime begun = options_.now();
  if (auto opened = open(); !opened) return std::move(opened).error();
  report.open_seconds = std::chrono::duration<double>(options_.now() - begun).count();
  store_.reset();
  std::error_code ignored;
  const auto bytes = std::filesystem::file_size(options_.directory / "gochat.db", ignored);
  report.file_bytes_per_row = stored_ == 0 ? 0 : bytes / stored_;
  return report;
}

}  // namespace

Result<StoreBenchReport> run_store_bench(const StoreBenchOptions& options) {
  return Bench{options}.run();
}

}  // namespace gochat::sqlite
