// Connections for those who read. Each is used by one job at a time; none holds a read transaction
// longer than its job, because the log cannot be reset beneath one.
#pragma once

#include <memory>
#include <utility>
#include <vector>

#include "adapters/sqlite/connection.hpp"
#include "async/executor.hpp"
#include "async/task.hpp"
#include "base/mutex.hpp"

namespace gochat::sqlite {

class ReaderPool {
 public:
  ReaderPool(Executor& executor, std::filesystem::path path, ConnectionOptions options)
      : executor_{executor}, path_{std::move(path)}, options_{std::move(options)} {}

  // `work` is Result<T>(Connection&). As many connections are opened as the executor runs jobs.
  template <class Work>
  auto read(Work work) -> Task<std::invoke_result_t<Work&, Connection&>> {
    using R = std::invoke_result_t<Work&, Connection&>;
    co_return co_await run_on(executor_, [this, work = std::move(work)]() mutable -> R {
      auto lease = take();
      if (!lease) return std::move(lease).error();
      R result = work(**lease);
      give_back(std::move(*lease));
      return result;
    });
  }

  // Nobody reads any more.
  void close();

 private:
  using Lease = std::unique_ptr<Connection>;
  Result<Lease> take();
  void give_back(Lease connection);

  Executor& executor_;
  const std::filesystem::path path_;
  const ConnectionOptions options_;
  Mutex mutex_;
  std::vector<Lease> idle_ GOCHAT_GUARDED_BY(mutex_);
};

}  // namespace gochat::sqlite
