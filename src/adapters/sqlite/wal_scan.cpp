#include "adapters/sqlite/wal_scan.hpp"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <optional>
#include <vector>

#include "adapters/sqlite/backfill_mark.hpp"
#include "adapters/sqlite/wal_format.hpp"

namespace gochat::sqlite {
namespace {

constexpr std::uint32_t magic_without_byte_order = 0x377f0682;
constexpr std::uint32_t format_version = 3007000;
constexpr std::size_t salt_at = 16;
constexpr std::size_t salt_bytes = 8;
constexpr std::size_t salt_in_frame_at = 8;
constexpr std::size_t checksum_in_frame_at = 16;
constexpr std::size_t frames_per_read = 64;

// Closing any descriptor of a file drops this process's locks on it, so this is for files that
// SQLite has not opened yet.
class File {
 public:
  File(const std::filesystem::path& path, int flags)
      : fd_{::open(path.c_str(), flags | O_CLOEXEC)} {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }

  int fd() const { return fd_; }

  // Fewer than asked for: the file ends. Negative: errno says why.
  std::int64_t read(std::span<std::byte> into, std::int64_t offset) const {
    std::int64_t done = 0;
    while (done < std::ssize(into)) {
      const ::ssize_t got = ::pread(fd_, into.data() + done,
                                    into.size() - static_cast<std::size_t>(done), offset + done);
      if (got < 0 && errno == EINTR) continue;
      if (got < 0) return -1;
      if (got == 0) break;
      done += got;
    }
    return done;
  }

  bool write(std::span<const std::byte> bytes, std::int64_t offset) const {
    while (!bytes.empty()) {
      const ::ssize_t put = ::pwrite(fd_, bytes.data(), bytes.size(), offset);
      if (put < 0 && errno == EINTR) continue;
      if (put < 0) return false;
      bytes = bytes.subspan(static_cast<std::size_t>(put));
      offset += put;
    }
    return true;
  }

 private:
  int fd_;
};

Error cannot(std::string_view act, const std::filesystem::path& path) {
  return failed(ErrorCode::unavailable,
                fmt::format("cannot {} {}: {}", act, path.native(), std::strerror(errno)));
}

using Header = std::array<std::byte, wal_header_bytes>;
using Frame = std::span<const std::byte, frame_bytes>;

bool is_sound_header(const Header& header) {
  const std::uint32_t magic = read_be32(header.data());
  if ((magic & ~1U) != magic_without_byte_order) return false;
  if (read_be32(header.data() + 4) != format_version) return false;
  if (read_be32(header.data() + 8) != page_bytes) return false;
  WalChain chain;
  chain.extend(std::span{header}.first<24>(), (magic & 1) != 0);
  return chain == WalChain{header.data() + 24};
}

// Follows the chain as recovery does, and then looks on behind the point where recovery stops.
class Scan {
 public:
  explicit Scan(const Header& header)
      : header_{header},
        big_endian_{(read_be32(header.data()) & 1) != 0},
        chain_{header.data() + 24} {}

  // Whole frames from the front; answers what is left, which is shorter than one.
  std::span<const std::byte> take_frames(std::span<const std::byte> bytes) {
    for (; std::ssize(bytes) >= frame_bytes; bytes = bytes.subspan<frame_bytes>()) {
      take(bytes.first<frame_bytes>());
    }
    return bytes;
  }

  void take(Frame frame) {
    ++frame_;
    const bool ours = has_our_salt(frame);
    const bool commits = read_be32(frame.data() + 4) != 0;
    if (broken_at_ == 0 && ours && fits(frame)) {
      if (commits) sound_frames_ = frame_;
      return;
    }
    if (broken_at_ == 0) broken_at_ = frame_;
    if (!ours) return;
    ++ours_behind_;
    if (commits_behind_ > 0 && frame_ == last_commit_at_ + 1) goes_on_ = fits(frame);
    if (!commits) return;
    ++commits_behind_;
    last_commit_at_ = frame_;
    chain_ = WalChain{frame.data() + checksum_in_frame_at};
  }

  // What is left is shorter than a frame.
  void take_rest(std::span<const std::byte> rest) {
    if (rest.size() >= salt_in_frame_at + salt_bytes && has_our_salt(rest)) {
      if (broken_at_ == 0) broken_at_ = frame_ + 1;
      ++ours_behind_;
      if (read_be32(rest.data() + 4) != 0) ++commits_behind_;
    }
  }

  WalVerdict verdict() const {
    WalVerdict verdict;
    verdict.sound_frames = sound_frames_;
    verdict.sound_bytes = frame_offset(sound_frames_ + 1);
    std::memcpy(&verdict.salt, header_.data() + salt_at, salt_bytes);
    // Frames of an older salt are what the log held before it was begun anew: its end, not a
    // damage.
    if (ours_behind_ == 0) return verdict;
    verdict.bad_frame = broken_at_;
    const bool was_synced = commits_behind_ > 1 || goes_on_;
    verdict.state = was_synced ? WalState::corrupt : WalState::torn_tail;
    verdict.reason = fmt::format(
        "frame {} does not fit the frames before it, and {} of this log lie from there on, "
        "{} of them committing",
        broken_at_, ours_behind_, commits_behind_);
    return verdict;
  }

 private:
  bool has_our_salt(std::span<const std::byte> frame) const {
    return std::memcmp(frame.data() + salt_in_frame_at, header_.data() + salt_at, salt_bytes) == 0;
  }

  bool fits(Frame frame) {
    WalChain next = chain_;
    next.extend_by_frame(frame, big_endian_);
    if (read_be32(frame.data()) == 0 || next != WalChain{frame.data() + checksum_in_frame_at})
      return false;
    chain_ = next;
    return true;
  }

  const Header& header_;
  bool big_endian_;
  WalChain chain_;
  std::uint64_t frame_ = 0;
  std::uint64_t sound_frames_ = 0;
  std::uint64_t broken_at_ = 0;
  std::uint64_t ours_behind_ = 0;
  std::uint64_t commits_behind_ = 0;
  std::uint64_t last_commit_at_ = 0;
  // A frame that continues from the commit behind the damage was written after that commit's sync.
  // One that does not is a trace of a transaction that was rolled back before.
  bool goes_on_ = false;
};

Result<WalVerdict> scan_frames(const File& file, const Header& header,
                               const std::filesystem::path& path) {
  Scan scan{header};
  std::vector<std::byte> buffer(frames_per_read * frame_bytes);
  std::int64_t offset = wal_header_bytes;
  for (;;) {
    const std::int64_t got = file.read(buffer, offset);
    if (got < 0) return cannot("read", path);
    const auto left = scan.take_frames(std::span{buffer}.first(static_cast<std::size_t>(got)));
    if (got < std::ssize(buffer)) {
      scan.take_rest(left);
      return scan.verdict();
    }
    offset += got;
  }
}

// The header is synced before the first frame is written, and lies within one sector: a power cut
// tears a lonely header at most.
WalVerdict verdict_without_header(std::int64_t size) {
  WalVerdict verdict;
  if (size == 0) return verdict;
  const bool has_frames = size >= wal_header_bytes + frame_bytes;
  verdict.state = has_frames ? WalState::corrupt : WalState::torn_tail;
  verdict.reason =
      has_frames ? "its header is damaged and frames follow" : "its header is not whole";
  return verdict;
}

}  // namespace

WalVerdict scan_wal(std::span<const std::byte> wal) {
  Header header;
  if (std::ssize(wal) < wal_header_bytes) return verdict_without_header(std::ssize(wal));
  std::ranges::copy(wal.first<wal_header_bytes>(), header.begin());
  if (!is_sound_header(header)) return verdict_without_header(std::ssize(wal));
  Scan scan{header};
  scan.take_rest(scan.take_frames(wal.subspan<wal_header_bytes>()));
  return scan.verdict();
}

Result<WalVerdict> scan_wal(const std::filesystem::path& wal) {
  const File file{wal, O_RDONLY};
  if (file.fd() < 0) {
    if (errno == ENOENT) return WalVerdict{};
    return cannot("open", wal);
  }
  struct ::stat status;
  if (::fstat(file.fd(), &status) != 0) return cannot("read", wal);
  Header header;
  const std::int64_t got = file.read(header, 0);
  if (got < 0) return cannot("read", wal);
  if (got < wal_header_bytes || !is_sound_header(header))
    return verdict_without_header(status.st_size);
  return scan_frames(file, header, wal);
}

Result<void> cut_torn_tail(const std::filesystem::path& wal, const WalVerdict& verdict) {
  const File file{wal, O_WRONLY};
  if (file.fd() < 0) return cannot("open", wal);
  if (::ftruncate(file.fd(), verdict.sound_bytes) != 0) return cannot("cut", wal);
  if (::fsync(file.fd()) != 0) return cannot("sync", wal);
  return {};
}

Result<void> rewrite_sound_frames(const std::filesystem::path& wal, const WalVerdict& verdict) {
  if (verdict.sound_frames == 0) return {};
  const File file{wal, O_RDWR};
  if (file.fd() < 0) return cannot("open", wal);
  std::vector<std::byte> buffer(frames_per_read * frame_bytes);
  for (std::int64_t offset = 0; offset < verdict.sound_bytes;) {
    const auto want = std::min(std::ssize(buffer), verdict.sound_bytes - offset);
    const auto part = std::span{buffer}.first(static_cast<std::size_t>(want));
    if (file.read(part, offset) != want) return cannot("read", wal);
    if (!file.write(part, offset)) return cannot("write", wal);
    offset += want;
  }
  if (::fsync(file.fd()) != 0) return cannot("sync", wal);
  return {};
}

namespace {

std::optional<Error> missing_frames(const std::filesystem::path& database,
                                    const std::filesystem::path& wal, const WalVerdict& verdict) {
  const auto mark = BackfillMark::read(database);
  if (!mark) return std::nullopt;
  // A log that was begun anew has been copied as a whole before.
  const bool begun_anew = verdict.salt != 0 && verdict.salt != mark->salt;
  if (begun_anew || (verdict.salt == mark->salt && verdict.sound_frames >= mark->frames)) {
    return std::nullopt;
  }
  const std::string name = database.filename().native();
  Error error = failed(ErrorCode::internal,
                       fmt::format("{} holds {} whole frames, and {} were copied into {} before",
                                   wal.native(), verdict.sound_frames, mark->frames, name));
  error.hint = fmt::format(
      "put the log back or restore a backup; if {0} itself was restored, remove {0}-mark", name);
  return error;
}

}  // namespace

Result<WalVerdict> prepare_wal(const std::filesystem::path& database) {
  std::filesystem::path wal = database;
  wal += "-wal";
  auto verdict = scan_wal(wal);
  if (!verdict) return verdict;
  if (verdict->state != WalState::corrupt) {
    if (auto missing = missing_frames(database, wal, *verdict)) return *std::move(missing);
  }
  switch (verdict->state) {
    case WalState::corrupt: {
      Error error = failed(ErrorCode::internal,
                           fmt::format("{} is damaged: {}", wal.native(), verdict->reason));
      error.hint =
          "stored messages lie behind the damage: restore a backup, or keep the file for repair";
      return error;
    }
    case WalState::torn_tail:
      if (auto cut = cut_torn_tail(wal, *verdict); !cut) return std::move(cut).error();
      break;
    case WalState::clean:
      break;
  }
  if (auto done = rewrite_sound_frames(wal, *verdict); !done) return std::move(done).error();
  return verdict;
}

}  // namespace gochat::sqlite
