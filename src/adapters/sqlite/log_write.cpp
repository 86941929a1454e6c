#include "adapters/sqlite/log_write.hpp"

#include <algorithm>
#include <variant>

#include "adapters/sqlite/conversation_changes.hpp"
#include "adapters/sqlite/query.hpp"

namespace gochat::sqlite {
namespace {

// What an item weighs beside its texts.
constexpr std::size_t item_bytes = sizeof(LogItem);

std::size_t weigh(const LogItem& item) {
  if (const auto* draft = std::get_if<MessageDraft>(&item)) {
    return item_bytes + draft->message.content.size() + draft->message.client_msg_id.size();
  }
  const auto& body = std::get<Change>(item).body;
  if (const auto* create = std::get_if<change::CreateGroup>(&body)) {
    return item_bytes + create->members.size() * sizeof(UserId);
  }
  if (const auto* add = std::get_if<change::AddMembers>(&body)) {
    return item_bytes + add->users.size() * sizeof(UserId);
  }
  return item_bytes;
}

std::size_t weigh(const LogBatch& batch) {
  std::size_t bytes = 0;
  for (const LogItem& item : batch.items) bytes += weigh(item);
  return bytes;
}

Result<LogAnswer> stored_before(Batch& batch, const Message& draft, const Message& row) {
  if (row.content_hash != draft.content_hash) {
    return LogAnswer{refused(ErrorCode::idempotency_conflict,
                             "this client message id was used for another message")};
  }
  auto working = batch.conversation(row.conversation);
  if (!working) return std::move(working).error();
  return LogAnswer{Stored{row.id, row.seq, row.sent_at, true, (*working)->head.member_version}};
}

}  // namespace

LogWrite::LogWrite(LogBatch batch, Deadline deadline,
                   std::move_only_function<void(LogAnswers)> done)
    : bytes_{weigh(batch)},
      deadline_{deadline},
      fence_{std::move(batch.fence)},
      done_{std::move(done)} {
  items_.reserve(batch.items.size());
  for (LogItem& item : batch.items) items_.push_back(item_of(std::move(item)));
  answers_.resize(items_.size());
}

LogWrite::Item LogWrite::item_of(LogItem item) {
  auto* draft = std::get_if<MessageDraft>(&item);
  if (draft == nullptr) return std::move(std::get<Change>(item));
  auto message = std::make_shared<Message>(std::move(draft->message));
  message->recalled = false;
  if (message->content_hash == 0) {
    message->content_hash =
        content_hash(message->conversation, message->type, message->content, message->reply_to);
  }
  return Draft{std::move(message), {draft->judged_by, draft->doubt}};
}

// Client ids first: what was stored was stored, whatever the sender may do by now.
Result<LogAnswer> LogWrite::append(Batch& batch, const Draft& draft) {
  const Message& message = *draft.message;
  auto before = batch.find_sent(message.sender, message.client_msg_id);
  if (!before) return std::move(before).error();
  if (*before) return stored_before(batch, message, **before);
  auto working = batch.conversation(message.conversation);
  if (!working) return std::move(working).error();
  if (*working == nullptr) {
    return LogAnswer{refused(ErrorCode::not_found, "this conversation does not exist")};
  }
  auto judged = judge(batch, **working, message, draft.judged);
  if (!judged) return std::move(judged).error();
  if (*judged) return LogAnswer{std::move(**judged)};
  auto stored = batch.append(**working, draft.message);
  if (!stored) return std::move(stored).error();
  return LogAnswer{
      Stored{message.id, message.seq, message.sent_at, false, (*working)->head.member_version}};
}

Result<bool> LogWrite::is_fenced(Batch& batch) const {
  if (!fence_) return false;
  auto fence =
      query_number(batch.db(), "SELECT fence FROM lane_fences WHERE topic = ? AND partition = ?", 0,
                   fence_->topic, fence_->partition);
  if (!fence) return std::move(fence).error();
  return fence_->fence < static_cast<std::uint64_t>(*fence);
}

Result<void> LogWrite::apply(Batch& batch, std::size_t from, std::size_t to) {
  auto fenced = is_fenced(batch);
  if (!fenced) return std::move(fenced).error();
  fenced_ = *fenced;
  for (std::size_t n = from; n < to && !fenced_; ++n) {
    const auto* draft = std::get_if<Draft>(&items_[n]);
    auto answer =
        draft != nullptr ? append(batch, *draft) : apply_change(batch, std::get<Change>(items_[n]));
    if (!answer) return std::move(answer).error();
    answers_[n] = std::move(*answer);
  }
  return {};
}

void LogWrite::fail(std::size_t item, Error error) { answers_[item] = std::move(error); }

void LogWrite::settle(const Result<void>& committed) {
  if (!committed) return done_(committed.error());
  if (fenced_) return done_(failed(ErrorCode::fenced, "the lane has another owner"));
  done_(std::move(answers_));
}

}  // namespace gochat::sqlite
