// Immutable bytes, made once and shared by everyone who sends them: one allocation, one pointer per
// holder.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <string_view>
#include <utility>

namespace gochat::net {

class SharedBytes {
 public:
  SharedBytes() = default;
  // Head and tail are put together in one block: a frame's header and its payload, an answer's head
  // and body.
  static SharedBytes of(std::string_view head, std::string_view tail = {});

  SharedBytes(const SharedBytes& other) : block_{other.block_} { hold(); }
  SharedBytes(SharedBytes&& other) noexcept : block_{std::exchange(other.block_, nullptr)} {}
  SharedBytes& operator=(SharedBytes other) noexcept {
    std::swap(block_, other.block_);
    return *this;
  }
  ~SharedBytes() { let_go(); }

  std::string_view view() const {
    return block_ ? std::string_view{reinterpret_cast<const char*>(block_ + 1), block_->size}
                  : std::string_view{};
  }
  std::size_t size() const { return block_ ? block_->size : 0; }
  bool empty() const { return size() == 0; }

 private:
  struct Block {
    std::atomic<std::uint32_t> holders;
    std::size_t size;
  };

  void hold() {
    if (block_) block_->holders.fetch_add(1, std::memory_order_relaxed);
  }
  void let_go();

  Block* block_ = nullptr;
};

}  // namespace gochat::net
