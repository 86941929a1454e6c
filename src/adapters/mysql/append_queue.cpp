#include "adapters/mysql/append_queue.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "adapters/mysql/log_load.hpp"

namespace gochat::mysql {
namespace {

std::size_t weigh(const LogItem& item) {
  if (const auto* draft = std::get_if<MessageDraft>(&item)) {
    return sizeof item + draft->message.content.size() + draft->message.client_msg_id.size();
  }
  const auto& body = std::get<Change>(item).body;
  if (const auto* create = std::get_if<change::CreateGroup>(&body)) {
    return sizeof item + create->members.size() * sizeof(UserId);
  }
  if (const auto* add = std::get_if<change::AddMembers>(&body)) {
    return sizeof item + add->users.size() * sizeof(UserId);
  }
  return sizeof item;
}

bool touches(const Append& append, const std::set<ConversationId>& conversations) {
  return std::ranges::any_of(append.conversations,
                             [&](const ConversationId& id) { return conversations.contains(id); });
}

}  // namespace

void Append::answer(Outcome outcome) {
  alarm.cancel();
  if (call) std::exchange(call, nullptr)(std::move(outcome));
}

SharedAppend make_append(LogBatch batch, Deadline deadline) {
  auto append = std::make_shared<Append>();
  for (const LogItem& item : batch.items) {
    append->bytes += weigh(item);
    for (ConversationId& id : conversations_of(item)) append->conversations.insert(std::move(id));
  }
  append->answers.resize(batch.items.size());
  append->batch = std::move(batch);
  append->deadline = deadline;
  return append;
}

bool AppendQueue::push(SharedAppend append) {
  if (bytes_ + append->bytes > bounds_.bytes_max && !waiting_.empty()) return false;
  bytes_ += append->bytes;
  waiting_.push_back(std::move(append));
  return true;
}

bool AppendQueue::remove(const SharedAppend& append) {
  if (std::erase(waiting_, append) == 0) return false;
  bytes_ -= append->bytes;
  return true;
}

std::vector<SharedAppend> AppendQueue::take() {
  std::vector<SharedAppend> taken;
  std::deque<SharedAppend> left;
  std::set<ConversationId> stays = under_way_;
  std::size_t items = 0;
  for (SharedAppend& append : waiting_) {
    const std::size_t more = append->batch.items.size();
    const bool fits = taken.empty() || items + more <= bounds_.items_max;
    if (fits && !touches(*append, stays)) {
      items += more;
      bytes_ -= append->bytes;
      taken.push_back(std::move(append));
    } else {
      stays.insert(append->conversations.begin(), append->conversations.end());
      left.push_back(std::move(append));
    }
  }
  waiting_ = std::move(left);
  for (const SharedAppend& append : taken) {
    under_way_.insert(append->conversations.begin(), append->conversations.end());
  }
  return taken;
}

void AppendQueue::ended(const std::vector<SharedAppend>& appends) {
  for (const SharedAppend& append : appends) {
    for (const ConversationId& id : append->conversations) under_way_.erase(id);
  }
}

std::vector<SharedAppend> AppendQueue::clear() {
  std::vector<SharedAppend> all{waiting_.begin(), waiting_.end()};
  waiting_.clear();
  bytes_ = 0;
  return all;
}

}  // namespace gochat::mysql
