#include "adapters/sqlite/reader_pool.hpp"

namespace gochat::sqlite {

Result<ReaderPool::Lease> ReaderPool::take() {
  {
    MutexLock lock{mutex_};
    if (!idle_.empty()) {
      Lease connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  auto opened = Connection::open(path_, options_);
  if (!opened) return std::move(opened).error();
  return std::make_unique<Connection>(std::move(*opened));
}

void ReaderPool::give_back(Lease connection) {
  MutexLock lock{mutex_};
  idle_.push_back(std::move(connection));
}

void ReaderPool::close() {
  MutexLock lock{mutex_};
  idle_.clear();
}

}  // namespace gochat::sqlite
