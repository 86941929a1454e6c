// For tests: a disk that remembers every write, sync and truncate, and can say what would be left
// of the files if the power had failed at any moment.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "adapters/sqlite/disk_observer.hpp"
#include "base/mutex.hpp"

namespace gochat::sqlite {

struct DiskOp {
  DiskFile file;
  DiskAct act;
  std::int64_t offset;
  std::string bytes;
};

// What is empty is absent: SQLite treats both alike.
struct DiskFiles {
  std::string database;
  std::string wal;
  std::string mark;
  std::string journal;
};

class RecordedDisk final : public DiskObserver {
 public:
  DiskVerdict before(const DiskEvent& event) override {
    if (event.act == DiskAct::read) return {};
    const auto* bytes = reinterpret_cast<const char*>(event.bytes.data());
    const MutexLock lock{mutex_};
    ops_.push_back({event.file, event.act, event.offset, std::string(bytes, event.bytes.size())});
    return {};
  }

  std::size_t size() {
    const MutexLock lock{mutex_};
    return ops_.size();
  }

  std::vector<DiskOp> take() {
    const MutexLock lock{mutex_};
    return std::move(ops_);
  }

 private:
  Mutex mutex_;
  std::vector<DiskOp> ops_ GOCHAT_GUARDED_BY(mutex_);
};

// Power cuts over a recording that began with `start` on the disk.
class PowerCuts {
 public:
  PowerCuts(DiskFiles start, std::vector<DiskOp> ops) : ops_{std::move(ops)} {
    for (std::size_t n = 0; n < ops_.size(); ++n) {
      if (n % snapshot_ops == 0) snapshots_.push_back(start);
      apply(ops_[n], file_in(start, ops_[n].file));
    }
    if (ops_.size() % snapshot_ops == 0) snapshots_.push_back(std::move(start));
  }

  std::size_t moments() const { return ops_.size() + 1; }

  // Everything that was done before `moment`, in its order: what is left when only the process
  // dies.
  DiskFiles in_order(std::size_t moment) const {
    DiskFiles files = snapshots_[moment / snapshot_ops];
    for (std::size_t n = moment - moment % snapshot_ops; n < moment; ++n) {
      apply(ops_[n], file_in(files, ops_[n].file));
    }
    return files;
  }

  // What was synced before `moment`, and of the rest any sectors: the disk writes them in any
  // order, and each holds any of the contents it was given since the sync.
  template <class Rng>
  DiskFiles torn(std::size_t moment, Rng& rng) const {
    DiskFiles files = {};
    for (const DiskFile file : {DiskFile::database, DiskFile::wal, DiskFile::mark}) {
      std::size_t synced = moment;
      while (synced > 0 &&
             !(ops_[synced - 1].file == file && ops_[synced - 1].act == DiskAct::sync)) {
        --synced;
      }
      DiskFiles before = in_order(synced);
      file_in(files, file) =
          with_some_sectors(std::move(file_in(before, file)), file, {synced, moment}, rng);
    }
    return files;
  }

 private:
  // What a disk writes whole or not at all.
  static constexpr std::size_t sector_bytes = 512;
  static constexpr std::size_t snapshot_ops = 64;

  static std::string& file_in(DiskFiles& files, DiskFile file) {
    if (file == DiskFile::database) return files.database;
    if (file == DiskFile::mark) return files.mark;
    return file == DiskFile::wal ? files.wal : files.journal;
  }

  static void apply(const DiskOp& op, std::string& bytes) {
    const auto offset = static_cast<std::size_t>(op.offset);
    switch (op.act) {
      case DiskAct::write:
        if (bytes.size() < offset + op.bytes.size()) bytes.resize(offset + op.bytes.size());
        bytes.replace(offset, op.bytes.size(), op.bytes);
        break;
      case DiskAct::truncate:
        bytes.resize(offset);
        break;
      case DiskAct::remove:
        bytes.clear();
        break;
      case DiskAct::sync:
      case DiskAct::read:
        break;
    }
  }

  template <class Rng>
  std::string with_some_sectors(std::string synced, DiskFile file,
                                std::pair<std::size_t, std::size_t> unsynced, Rng& rng) const {
    // Few, half or most of it arrives: evenly drawn sectors alone would hardly ever spare a whole
    // page.
    const int chance = std::array{5, 50, 95, 100}[rng() % 4];
    std::string disk = synced;
    std::string cache = std::move(synced);
    for (std::size_t n = unsynced.first; n < unsynced.second; ++n) {
      const DiskOp& op = ops_[n];
      if (op.file != file) continue;
      apply(op, cache);
      if (op.act == DiskAct::truncate && disk.size() > cache.size()) disk.resize(cache.size());
      if (op.act != DiskAct::write) continue;
      const auto first = static_cast<std::size_t>(op.offset) / sector_bytes;
      const auto last = (static_cast<std::size_t>(op.offset) + op.bytes.size() - 1) / sector_bytes;
      for (std::size_t sector = first; sector <= last; ++sector) {
        if (static_cast<int>(rng() % 100) >= chance) continue;
        const std::string content = cache.substr(sector * sector_bytes, sector_bytes);
        if (disk.size() < sector * sector_bytes + content.size()) {
          disk.resize(sector * sector_bytes + content.size());
        }
        disk.replace(sector * sector_bytes, content.size(), content);
      }
    }
    return disk;
  }

  std::vector<DiskOp> ops_;
  // The files before every 64th act.
  std::vector<DiskFiles> snapshots_;
};

}  // namespace gochat::sqlite
