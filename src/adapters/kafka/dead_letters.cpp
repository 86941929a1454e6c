#include "adapters/kafka/dead_letters.hpp"

#include <algorithm>
#include <charconv>
#include <memory>
#include <unordered_set>
#include <utility>

namespace gochat::kafka {
namespace {

// Filled on a worker while the loop waits.
struct Page {
  std::uint64_t from = 0;
  std::size_t limit = 0;
  std::vector<KeptLetter> letters;
  std::unordered_set<std::uint64_t> settled;

  void take(QueueDelivery record) {
    if (record.value.empty()) return note_settled(record.key);
    if (record.offset < from || letters.size() == limit) return;
    letters.push_back({record.offset, std::move(record.value), false});
  }
  void note_settled(const std::string& key) {
    std::uint64_t id = 0;
    const auto read = std::from_chars(key.data(), key.data() + key.size(), id);
    if (read.ec == std::errc{} && id >= from) settled.insert(id);
  }
};

}  // namespace

Task<Result<std::vector<KeptLetter>>> KafkaDeadLetters::page(std::string topic, std::uint64_t from,
                                                             std::size_t limit) {
  const auto page = std::make_shared<Page>();
  page->from = from;
  page->limit = limit;
  // To the end: the mark that a letter is settled lies somewhere behind it.
  auto read = co_await queue_.read(std::move(topic), from, [page](QueueDelivery record) {
    page->take(std::move(record));
    return true;
  });
  if (!read) co_return read.error();
  for (KeptLetter& letter : page->letters) letter.settled = page->settled.contains(letter.id);
  co_return std::move(page->letters);
}

Task<Result<void>> KafkaDeadLetters::settle(std::string topic, std::uint64_t id) {
  const auto is_there = std::make_shared<bool>(false);
  auto read = co_await queue_.read(topic, id, [is_there, id](const QueueDelivery& record) {
    *is_there = record.offset == id && !record.value.empty();
    return false;
  });
  if (!read) co_return read;
  if (!*is_there) co_return refused(ErrorCode::not_found, "no such dead letter");
  auto said = co_await queue_.publish({topic, std::to_string(id), {}, {}},
                                      timers_.now() + limits_.call_time_max);
  if (!said) co_return said.error();
  ++marks_[topic];
  co_return Result<void>{};
}

std::uint64_t KafkaDeadLetters::kept(const std::string& topic) const {
  const auto counts = queue_.counts().find(topic);
  if (counts == queue_.counts().end()) return 0;
  const auto marks = marks_.find(topic);
  return counts->second.produced.value() - (marks == marks_.end() ? 0 : marks->second);
}

}  // namespace gochat::kafka
