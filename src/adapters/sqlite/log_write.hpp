// One batch of the ConversationLog on its way through the commit thread.
#pragma once

#include <functional>
#include <vector>

#include "adapters/sqlite/write.hpp"
#include "ports/conversation_log.hpp"

namespace gochat::sqlite {

using LogAnswers = Result<std::vector<LogAnswer>>;

class LogWrite final : public Write {
 public:
  LogWrite(LogBatch batch, std::move_only_function<void(LogAnswers)> done);

  Result<void> apply(Batch& batch, std::size_t from, std::size_t to) override;
  void fail(std::size_t item, Error error) override;
  void settle(const Result<void>& committed) override;
  std::size_t items() const override { return batch_.items.size(); }
  std::size_t bytes() const override { return bytes_; }

 private:
  Result<bool> is_fenced(Batch& batch) const;

  const LogBatch batch_;
  const std::size_t bytes_;
  std::move_only_function<void(LogAnswers)> done_;
  std::vector<LogAnswer> answers_;
  bool fenced_ = false;
};

}  // namespace gochat::sqlite
