// Dead letters in their table. They are published like any record, so the queue of one process is
// wrapped: what goes to their topics is written, everything else is the inner queue's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "adapters/sqlite/commit_queue.hpp"
#include "adapters/sqlite/reader_pool.hpp"
#include "ports/clock.hpp"
#include "ports/dead_letters.hpp"
#include "ports/message_queue.hpp"

namespace gochat::sqlite {

class SqliteDeadLetters final : public DeadLetters {
 public:
  // Of all topics together; the oldest go first.
  static constexpr std::size_t letters_max = 10'000;

  SqliteDeadLetters(CommitQueue& queue, ReaderPool& readers, const Clock& clock)
      : queue_{queue}, readers_{readers}, clock_{clock} {}

  Task<Result<void>> keep(QueueRecord record);
  Task<Result<std::vector<KeptLetter>>> page(std::string topic, std::uint64_t from,
                                             std::size_t limit) override;
  Task<Result<void>> settle(std::string topic, std::uint64_t id) override;

  // By this process, of that topic.
  std::uint64_t kept(const std::string& topic) const;

 private:
  CommitQueue& queue_;
  ReaderPool& readers_;
  const Clock& clock_;
  std::map<std::string, std::uint64_t> kept_;
};

class LetterKeepingQueue final : public MessageQueue {
 public:
  // What is published to a topic whose name ends so is kept.
  LetterKeepingQueue(MessageQueue& inner, SqliteDeadLetters& letters, std::string suffix)
      : inner_{inner}, letters_{letters}, suffix_{std::move(suffix)} {}

  Task<Result<Durability>> publish(QueueRecord record, Deadline deadline) override;
  Task<Result<std::unique_ptr<Subscription>>> subscribe(SubscribeTo to,
                                                        LaneHandler& handler) override;
  Task<Result<void>> ensure_topic(std::string topic, std::int32_t lanes) override;
  Task<Result<void>> remove_topic(std::string topic) override;

 private:
  MessageQueue& inner_;
  SqliteDeadLetters& letters_;
  const std::string suffix_;
};

}  // namespace gochat::sqlite
