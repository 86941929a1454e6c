#include "adapters/grpc/save_order.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include "async/executor.hpp"

namespace gochat::rpc {

struct SaveOrder::Save {
  std::set<ConversationId> conversations;
  bool ended = false;
  std::vector<std::move_only_function<void()>> waiting;

  bool touches(const Save& other) const {
    return std::ranges::any_of(conversations, [&](const ConversationId& one) {
      return other.conversations.contains(one);
    });
  }
};

SaveOrder::Turn::Turn(std::shared_ptr<Saves> saves, std::shared_ptr<Save> own)
    : saves_{std::move(saves)}, own_{std::move(own)} {
  for (const auto& earlier : *saves_) {
    if (own_->touches(*earlier)) before_.push_back(earlier);
  }
  saves_->push_back(own_);
}

SaveOrder::Turn::~Turn() {
  if (!own_) return;
  own_->ended = true;
  saves_->remove(own_);
  for (auto& wake : std::exchange(own_->waiting, {})) wake();
}

Task<> SaveOrder::Turn::come() {
  for (const auto& earlier : std::exchange(before_, {})) {
    if (earlier->ended) continue;
    co_await await_callback<Unit>([earlier](auto done) {
      earlier->waiting.emplace_back([done = std::move(done)]() mutable { done(Unit{}); });
    });
  }
}

SaveOrder::Turn SaveOrder::queue(const LogBatch& batch) {
  auto own = std::make_shared<Save>();
  for (const LogItem& item : batch.items) {
    const auto* draft = std::get_if<MessageDraft>(&item);
    own->conversations.insert(draft != nullptr ? draft->message.conversation
                                               : std::get<Change>(item).conversation);
  }
  return {saves_, std::move(own)};
}

}  // namespace gochat::rpc
