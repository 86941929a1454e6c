#include "net/outbox.hpp"

#include "base/assert.hpp"

namespace gochat::net {

void Outbox::push(SharedBytes block) {
  if (block.empty()) return;
  bytes_ += block.size();
  blocks_.push_back(std::move(block));
}

std::size_t Outbox::gather(std::span<iovec> pieces) const {
  std::size_t count = 0;
  std::size_t skip = offset_;
  for (std::size_t at = first_; at < blocks_.size() && count < pieces.size(); ++at) {
    const auto view = blocks_[at].view().substr(skip);
    skip = 0;
    pieces[count++] = {const_cast<char*>(view.data()), view.size()};
  }
  return count;
}

void Outbox::taken(std::size_t bytes) {
  GOCHAT_ASSERT(bytes <= bytes_);
  bytes_ -= bytes;
  offset_ += bytes;
  while (first_ < blocks_.size() && offset_ >= blocks_[first_].size()) {
    offset_ -= blocks_[first_].size();
    blocks_[first_++] = SharedBytes{};
  }
  if (bytes_ == 0) {
    blocks_.clear();
    first_ = 0;
  } else if (first_ > blocks_.size() / 2) {
    blocks_.erase(blocks_.begin(), blocks_.begin() + static_cast<std::ptrdiff_t>(first_));
    first_ = 0;
  }
}

void Outbox::drop_unbegun() {
  if (offset_ == 0) {
    clear();
    return;
  }
  blocks_.resize(first_ + 1);
  bytes_ = blocks_[first_].size() - offset_;
}

void Outbox::clear() {
  blocks_.clear();
  first_ = offset_ = bytes_ = 0;
}

std::unique_ptr<Outbox> OutboxPool::lend() {
  if (spare_.empty()) return std::make_unique<Outbox>();
  auto outbox = std::move(spare_.back());
  spare_.pop_back();
  return outbox;
}

void OutboxPool::give_back(std::unique_ptr<Outbox> outbox) {
  if (!outbox || spare_.size() == spare_max) return;
  outbox->clear();
  spare_.push_back(std::move(outbox));
}

}  // namespace gochat::net
