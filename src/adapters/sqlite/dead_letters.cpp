#include "adapters/sqlite/dead_letters.hpp"

#include <utility>

#include "adapters/sqlite/plain_write.hpp"
#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

Blob bytes_of(const std::string& text) { return std::as_bytes(std::span{text}); }

std::string text_of(Blob bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

Result<void> keep_row(Batch& batch, const QueueRecord& record, WallTime at) {
  auto kept = execute(batch.db(), "INSERT INTO dead_letters (topic, letter, at) VALUES (?, ?, ?)",
                      record.topic, bytes_of(record.value), ms(at));
  if (!kept) return kept;
  return execute(batch.db(),
                 "DELETE FROM dead_letters WHERE id <= (SELECT MAX(id) - ? FROM dead_letters)",
                 SqliteDeadLetters::letters_max);
}

}  // namespace

Task<Result<void>> SqliteDeadLetters::keep(QueueRecord record) {
  const std::string topic = record.topic;
  auto kept =
      co_await write<void>(queue_, [record = std::move(record), at = clock_.now()](Batch& batch) {
        return keep_row(batch, record, at);
      });
  if (kept) ++kept_[topic];
  co_return kept;
}

std::uint64_t SqliteDeadLetters::kept(const std::string& topic) const {
  const auto found = kept_.find(topic);
  return found == kept_.end() ? 0 : found->second;
}

Task<Result<std::vector<KeptLetter>>> SqliteDeadLetters::page(std::string topic, std::uint64_t from,
                                                              std::size_t limit) {
  co_return co_await readers_.read([topic = std::move(topic), from, limit](Connection& db) {
    return query_all(
        db,
        "SELECT id, letter, settled FROM dead_letters WHERE topic = ? AND id >= ? ORDER BY id "
        "LIMIT ?",
        [](const Statement& s) {
          return KeptLetter{s.uint64(0), text_of(s.blob(1)), s.int64(2) != 0};
        },
        topic, from, limit);
  });
}

Task<Result<void>> SqliteDeadLetters::settle(std::string topic, std::uint64_t id) {
  co_return co_await write<void>(
      queue_, [topic = std::move(topic), id](Batch& batch) -> Result<void> {
        auto settled =
            execute(batch.db(), "UPDATE dead_letters SET settled = 1 WHERE topic = ? AND id = ?",
                    topic, id);
        if (!settled) return settled;
        if (batch.db().changes() == 0) return refused(ErrorCode::not_found, "no such dead letter");
        return {};
      });
}

Task<Result<Durability>> LetterKeepingQueue::publish(QueueRecord record, Deadline deadline) {
  if (!record.topic.ends_with(suffix_)) return inner_.publish(std::move(record), deadline);
  return [](SqliteDeadLetters& letters, QueueRecord letter) -> Task<Result<Durability>> {
    auto kept = co_await letters.keep(std::move(letter));
    if (!kept) co_return kept.error();
    co_return Durability::on_disk;
  }(letters_, std::move(record));
}

Task<Result<std::unique_ptr<Subscription>>> LetterKeepingQueue::subscribe(SubscribeTo to,
                                                                          LaneHandler& handler) {
  return inner_.subscribe(std::move(to), handler);
}

Task<Result<void>> LetterKeepingQueue::ensure_topic(std::string topic, std::int32_t lanes) {
  return inner_.ensure_topic(std::move(topic), lanes);
}

Task<Result<void>> LetterKeepingQueue::remove_topic(std::string topic) {
  return inner_.remove_topic(std::move(topic));
}

}  // namespace gochat::sqlite
