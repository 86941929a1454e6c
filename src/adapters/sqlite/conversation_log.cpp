#include "adapters/sqlite/conversation_log.hpp"

#include "adapters/sqlite/log_write.hpp"
#include "adapters/sqlite/plain_write.hpp"
#include "adapters/sqlite/query.hpp"
#include "base/span.hpp"

namespace gochat::sqlite {

// The deadline counts until the commit begins; a commit that was begun is carried out and answered
// truly, however long the disk takes.
Task<Result<std::vector<LogAnswer>>> SqliteConversationLog::append(LogBatch batch,
                                                                   Deadline deadline) {
  if (batch.items.empty()) co_return std::vector<LogAnswer>{};
  if (now_() > deadline) co_return failed(ErrorCode::timeout, "the deadline had passed before");
  // Others' batches may share the commit; this is how long it took for this one.
  trace::Span span = trace::start("transaction", trace::Kind::client);
  span.set(trace::Attribute::db_system, "sqlite");
  span.set(trace::Attribute::items, std::ssize(batch.items));
  auto answers = co_await await_callback<LogAnswers>(
      [this, deadline, batch = std::move(batch)](auto done) mutable {
        queue_.push(std::make_unique<LogWrite>(std::move(batch), deadline, std::move(done)));
      });
  if (!answers) span.failed(answers.code());
  co_return answers;
}

Task<Result<std::uint64_t>> SqliteConversationLog::raise_fence(std::string topic,
                                                               std::int32_t partition) {
  co_return co_await write<std::uint64_t>(
      queue_, [topic = std::move(topic), partition](Batch& batch) -> Result<std::uint64_t> {
        auto fence = query_number(batch.db(),
                                  "INSERT INTO lane_fences VALUES (?, ?, 1) ON CONFLICT DO UPDATE "
                                  "SET fence = fence + 1 RETURNING fence",
                                  0, topic, partition);
        if (!fence) return std::move(fence).error();
        return static_cast<std::uint64_t>(*fence);
      });
}

}  // namespace gochat::sqlite
