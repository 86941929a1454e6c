// One batch of the ConversationLog on its way through the commit thread.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <variant>
#include <vector>

#include "adapters/sqlite/judge.hpp"
#include "adapters/sqlite/write.hpp"
#include "ports/conversation_log.hpp"

namespace gochat::sqlite {

using LogAnswers = Result<std::vector<LogAnswer>>;

class LogWrite final : public Write {
 public:
  LogWrite(LogBatch batch, Deadline deadline, std::move_only_function<void(LogAnswers)> done);

  Result<void> apply(Batch& batch, std::size_t from, std::size_t to) override;
  void fail(std::size_t item, Error error) override;
  void settle(const Result<void>& committed) override;
  std::size_t items() const override { return items_.size(); }
  std::size_t bytes() const override { return bytes_; }
  Deadline deadline() const override { return deadline_; }

 private:
  // A draft's message is shared with memory once it is stored, so it is never copied.
  struct Draft {
    std::shared_ptr<Message> message;
    Judged judged;
  };
  using Item = std::variant<Draft, Change>;

  static Item item_of(LogItem item);
  Result<bool> is_fenced(Batch& batch) const;
  static Result<LogAnswer> append(Batch& batch, const Draft& draft);

  const std::size_t bytes_;
  const Deadline deadline_;
  const std::optional<LaneFence> fence_;
  std::vector<Item> items_;
  std::move_only_function<void(LogAnswers)> done_;
  std::vector<LogAnswer> answers_;
  bool fenced_ = false;
};

}  // namespace gochat::sqlite
