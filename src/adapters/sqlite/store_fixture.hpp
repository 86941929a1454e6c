// A store for tests: inline on the test's own thread, or on threads of its own.
#pragma once

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <span>
#include <string>

#include "adapters/sqlite/checksum_vfs.hpp"
#include "adapters/sqlite/store.hpp"
#include "adapters/sqlite/temporary_directory.hpp"
#include "async/drive.hpp"

namespace gochat::sqlite {

inline constexpr WallTime test_time = wall_time(1'767'225'600'000);

class FixedClock final : public Clock {
 public:
  WallTime now() const override { return test_time; }
};

class SeededBytes final : public Random {
 public:
  void fill(std::span<std::uint8_t> bytes) override {
    for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(numbers_());
  }

 private:
  std::mt19937_64 numbers_{7};
};

// Everything is merged as soon as it can be, and little is remembered, so that short tests meet
// every path.
inline StoreLimits tiny_limits() {
  StoreLimits limits;
  limits.gather_max = Duration::zero();
  limits.merge_rows = 24;
  limits.slice_rows_min = 5;
  limits.slice_rows_max = 16;
  limits.hot_bytes_max = 4 * 1024;
  limits.heads_max = 3;
  limits.member_lists_max = 2;
  limits.log_frames = 40;
  limits.checkpoint_frames = 10;
  return limits;
}

class TestStore {
 public:
  explicit TestStore(StoreLimits limits = tiny_limits(), DiskObserver* observer = nullptr)
      : limits_{limits}, vfs_{observer} {
    limits_.gather_max = Duration::zero();
    std::filesystem::create_directories(directory());
    open();
  }

  Store& operator*() { return *store_; }
  Store* operator->() { return store_.get(); }

  template <class T>
  T run(Task<T> task) {
    return drive(loop_, std::move(task));
  }
  // The value; an error fails the test with its words.
  template <class T>
  T get(Task<Result<T>> task) {
    Result<T> result = run(std::move(task));
    EXPECT_TRUE(result.ok()) << (result.ok() ? std::string{} : result.error().detail);
    if constexpr (!std::is_void_v<T>) return result.ok() ? *std::move(result) : T{};
  }
  template <class T>
  ErrorCode code(Task<Result<T>> task) {
    return run(std::move(task)).code();
  }

  LogAnswer append(LogItem item) {
    LogBatch batch;
    batch.items.push_back(std::move(item));
    auto answers = run(store_->log().append(std::move(batch), MonoTime::max()));
    if (!answers) return answers.error();
    return std::move(answers->front());
  }

  void reopen() {
    store_.reset();
    open();
  }

  // What a kill -9 leaves: the files as they lie there, while the store still holds them open.
  void reopen_copy() {
    const auto from = directory();
    ++copies_;
    const auto to = directory();
    std::filesystem::create_directories(to);
    for (const char* name : {"gochat.db", "gochat.db-wal"}) {
      if (std::filesystem::exists(from / name)) std::filesystem::copy(from / name, to / name);
    }
    store_.reset();
    std::filesystem::remove_all(from);
    open();
  }

  std::filesystem::path directory() const { return directory_.path() / std::to_string(copies_); }
  std::filesystem::path path() const { return directory() / "gochat.db"; }
  const std::string& vfs() const { return vfs_.name(); }
  MonoTime& now() { return now_; }

  Result<std::unique_ptr<Store>> try_open(const std::string& environment = "default") {
    StoreOptions options;
    options.path = path();
    options.vfs = vfs_.name();
    options.environment = environment;
    options.limits = limits_;
    return Store::open(options,
                       {inline_, inline_, inline_, clock_, random_, [this] { return now_; }});
  }
  void close() { store_.reset(); }

 private:
  void open() {
    auto opened = try_open();
    GOCHAT_ASSERT(opened.ok());
    store_ = std::move(*opened);
  }

  StoreLimits limits_;
  TemporaryDirectory directory_;
  int copies_ = 0;
  ChecksumVfs vfs_;
  boost::asio::io_context loop_;
  MonoTime now_{std::chrono::hours{1}};
  FixedClock clock_;
  SeededBytes random_;
  InlineExecutor inline_;
  std::unique_ptr<Store> store_;
};

// A draft that the store judges by itself.
inline MessageDraft draft_of(const ConversationId& conversation, UserId sender,
                             std::string client_msg_id, std::string content) {
  MessageDraft draft;
  draft.message.conversation = conversation;
  draft.message.sender = sender;
  draft.message.client_msg_id = std::move(client_msg_id);
  draft.message.content = std::move(content);
  draft.message.content_hash =
      content_hash(conversation, MessageType::text, draft.message.content, MessageId{});
  draft.message.sent_at = test_time;
  draft.doubt = true;
  return draft;
}

}  // namespace gochat::sqlite
